"""Time expressions of a text, each resolved to the days it means, seen from the day the text was written.

"On Tuesday", "last week", "March 18", "two years ago", "since 2000": the spans are found here, since general parsers of
dates find them in "to" and "may" too, and are resolved to an interval of days, both included, as TIMEX3 (Pustejovsky
et al., 2003) values are. `python -m evals.times` measures it on people's labels.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import MO, TH, relativedelta

from ..documents import TimeExpression
from .moments import MONTH_NUMBERS, WEEKDAYS
from .numerals import in_digits, value

Days = tuple[date, date]
"""First and last day."""


_MONTH = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
_NUMBER = r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|several|a (?:few|couple of)"
_UNITS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 2)}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_LAST = r"last|past|previous|preceding|prior"
_NEXT = r"next|coming|following|upcoming"
_DAY_BEFORE = rf"(?:(?:{'|'.join(WEEKDAYS)}),? )?"
_PART_OF_DAY = r"(?: (?:morning|afternoon|evening|night))?"
_AHEAD = re.compile(
    r"\b(?:will|shall|is scheduled|are scheduled|plans? to|set (?:for|to)|due|expects?|until|no earlier than|"
    r"as (?:early|soon) as|slated|upcoming|targeting|going to)\b",
    re.IGNORECASE,
)
"""Before a weekday or a month without a year: it lies ahead."""
_LOOK_BACK = 60
"""Characters before an expression in which such a word is looked for."""
_SENTENCE_END = re.compile(r"(?<![ap]\.m)[.!?]\s")
_ENDED = re.compile(r"\b(?:end(?:ed|ing)|since|through) $", re.IGNORECASE)
"""Right before a day without a year: it lies behind."""
_UP_TO = re.compile(r"\bas of (?:\w+ (?:on|of) )?$", re.IGNORECASE)
"""Right before a day: what a figure or a state is of."""
_QUARTER_BEFORE = re.compile(r"(?:\w+ ){0,2}year[ -](?:ago|earlier)(?: (?:quarter|period))?", re.IGNORECASE)
"""In reports of quarters: the same quarter of the year before."""
_SAME_REPORT = 1500
"""Characters after a quarter in which "a year earlier" means that quarter of the year before."""
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_HOLIDAYS: dict[str, Callable[[int], date]] = {
    "new year's day": lambda year: date(year, 1, 1),
    "valentine's day": lambda year: date(year, 2, 14),
    "easter": easter,
    "memorial day": lambda year: date(year, 5, 31) + relativedelta(weekday=MO(-1)),
    "independence day": lambda year: date(year, 7, 4),
    "fourth of july": lambda year: date(year, 7, 4),
    "labor day": lambda year: date(year, 9, 1) + relativedelta(weekday=MO(1)),
    "halloween": lambda year: date(year, 10, 31),
    "thanksgiving": lambda year: date(year, 11, 1) + relativedelta(weekday=TH(4)),
    "christmas eve": lambda year: date(year, 12, 24),
    "christmas day": lambda year: date(year, 12, 25),
    "new year's eve": lambda year: date(year, 12, 31),
}


def time_expressions(text: str, written: date) -> list[TimeExpression]:
    """In the order of the text, none within another.

    >>> [(t.first.isoformat(), t.last.isoformat()) for t in time_expressions("It fell on Tuesday.", date(2025, 3, 20))]
    [('2025-03-18', '2025-03-18')]
    """
    found: list[TimeExpression] = []
    taken = 0
    for expression in sorted(_matches(text, written), key=lambda e: (e.start, -e.end)):
        if expression.start >= taken:
            found.append(expression)
            taken = expression.end
    return _in_quarters(text, found)


def as_of(text: str, written: date) -> date | None:
    """The last day up to which a text says that it speaks, before the day it was `written` on; None where it says none.

    >>> as_of("As of Tuesday, 12 had died; as of Monday, 7 had.", date(2025, 3, 20))
    datetime.date(2025, 3, 18)
    """
    days = [t.last for t in time_expressions(text, written) if _UP_TO.search(text[: t.start])]
    return max((day for day in days if day <= written), default=None)


def _in_quarters(text: str, found: list[TimeExpression]) -> list[TimeExpression]:
    """ "A year earlier", where a quarter was spoken of: that quarter of the year before."""
    told: list[TimeExpression] = []
    quarter: TimeExpression | None = None
    for e in found:
        if _QUARTER_BEFORE.fullmatch(text[e.start : e.end]):
            if quarter is not None and e.start - quarter.end <= _SAME_REPORT:
                first, last = _quarter_from(quarter.first - relativedelta(years=1))
                e = replace(e, first=first, last=last)
        elif (e.first, e.last) == _quarter_from(e.first):
            quarter = e
        told.append(e)
    return told


def _matches(text: str, written: date) -> Iterator[TimeExpression]:
    for pattern, resolve in _RULES:
        for match in pattern.finditer(text):
            try:
                days = resolve(match, written)
            except (ValueError, OverflowError):  # no such day
                continue
            if days is not None:
                own = "own" if "own" in match.groupdict() else 0  # without the preposition that tells it from a verb
                yield TimeExpression(match.start(own), match.end(own), *days)


def _numbered(match: re.Match[str], written: date) -> Days | None:
    """A day of a month, a range of such days, or a month; with a year or in the one that makes it nearest."""
    parts = match.groupdict()
    month = MONTH_NUMBERS.get((parts.get("month") or "").rstrip("."))
    if month is None:
        month = int(parts["number"])
    year = _year(parts.get("year"))
    day = int(parts["day"]) if parts.get("day") else None
    last = int(parts["last"]) if parts.get("last") else day
    if year is None:
        reach = timedelta(0) if _ENDED.search(match.string[: match.start()]) else _reach(match)
        year = _nearest_year(month, day or 15, written, reach)
    if day is None:
        return _month(year, month)
    return date(year, month, day), date(year, month, max(day, last or day))


def _year(written: str | None) -> int | None:
    if not written:
        return None
    digits = written.strip("'’")
    return int(digits) if len(digits) == 4 else 1900 + int(digits) if int(digits) > 40 else 2000 + int(digits)


def _reach(match: re.Match[str]) -> timedelta:
    """How far ahead a day may lie. News speaks of the days around it: of those behind it for longer, unless it says that
    one lies ahead."""
    return timedelta(days=300 if _is_ahead(match) else 100)


def _nearest_year(month: int, day: int, written: date, reach: timedelta) -> int:
    """The last one in which the day is no further ahead than `reach`."""
    for year in (written.year + 1, written.year, written.year - 1):
        at = date(year, month, min(day, calendar.monthrange(year, month)[1]))
        if at <= written + reach:
            return year
    return written.year - 1


def _is_ahead(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    return bool(_AHEAD.search(_SENTENCE_END.split(before)[-1]))


def _month_alone(match: re.Match[str], written: date) -> Days | None:
    month = MONTH_NUMBERS[match["month"].rstrip(".")]
    which = (match["which"] or "").lower()
    if which in ("last", "past"):
        year = written.year if month < written.month else written.year - 1
    elif which == "next":
        year = written.year if month > written.month else written.year + 1
    elif which == "this" or match["year"]:
        year = written.year
    else:
        year = _nearest_year(month, 15, written, _reach(match))
    return _month(year, month)


def _month(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _year_alone(match: re.Match[str], written: date) -> Days | None:
    return _whole_year(int(match["year"]))


def _year_in_words(match: re.Match[str], written: date) -> Days | None:
    century, rest = value(match["century"]), value(match["rest"]) if match["rest"] else 0
    return _whole_year((century if century >= 1000 else 100 * century) + rest)


def _whole_year(year: int) -> Days:
    return _years(year, 1)


def _years(first: int, count: int) -> Days:
    return date(first, 1, 1), date(first + count - 1, 12, 31)


def _quarter_from(first: date) -> Days:
    return first, first + relativedelta(months=3, days=-1)


def _this_year(match: re.Match[str], written: date) -> Days | None:
    return _whole_year(written.year)


def _week_of(match: re.Match[str], written: date) -> Days | None:
    days = _numbered(match, written)
    return _as_exact_as(days[0], "weeks") if days else None


def _holiday(match: re.Match[str], written: date) -> Days | None:
    on = _HOLIDAYS[re.sub(r"thanksgiving day", "thanksgiving", match["holiday"].lower().replace("’", "'"))]
    at = on(written.year)
    at = on(_nearest_year(at.month, at.day, written, _reach(match)))
    return at, at


def _decade_in_words(match: re.Match[str], written: date) -> Days | None:
    year = 1900 + value(f"{match['decade']}y")
    return _years(year, 10)


def _decade(match: re.Match[str], written: date) -> Days | None:
    digits = match["decade"].strip("'’")
    year = int(digits) if len(digits) == 4 else 1900 + int(digits)
    return _years(year, 10)


def _weekday(match: re.Match[str], written: date) -> Days | None:
    number = WEEKDAYS.index(match["weekday"].capitalize())
    which = (match["which"] or "").lower()
    ahead = (number - written.weekday()) % 7
    if which in ("next", "coming", "this coming"):
        days = ahead or 7
    elif which in ("last", "past", "previous"):
        days = ahead - 7
    elif which != "this" and not _is_ahead(match):
        days = ahead - 7 if ahead else 0
    else:
        days = ahead
    day = written + timedelta(days=days)
    return day, day


def _near(match: re.Match[str], written: date) -> Days | None:
    word = match[0].lower()
    shift = -1 if word.startswith(("yesterday", "last")) else 1 if word.startswith("tomorrow") else 0
    if word.startswith("the day before yesterday"):
        shift = -2
    day = written + timedelta(days=shift)
    return day, day


def _neighbour(match: re.Match[str], written: date) -> Days | None:
    """Last, this or next week, weekend, month, quarter, year, decade or season; "the latest quarter" has ended."""
    which, unit = match["which"].lower(), match["unit"].lower().removeprefix("fiscal ")
    unit = "quarter" if unit == "period" else unit
    shift = -1 if re.fullmatch(rf"{_LAST}|latest|most recent", which) else 1 if re.fullmatch(_NEXT, which) else 0
    if unit in ("week", "weekend"):
        if not which and written.weekday() < 5:
            shift = -1  # "over the weekend" is the one before
        monday = written - timedelta(days=written.weekday()) + timedelta(weeks=shift)
        if unit == "week":
            return monday, monday + timedelta(days=6)
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if unit == "month":
        at = written + relativedelta(months=shift)
        return _month(at.year, at.month)
    if unit == "quarter":
        shift = shift if which else -1  # what is reported of "the quarter" is the one that has ended
        at = written.replace(day=1, month=3 * ((written.month - 1) // 3) + 1) + relativedelta(months=3 * shift)
        return _quarter_from(at)
    if unit in _SEASONS:
        begin, end = _SEASONS[unit]
        year = written.year + shift
        if shift == -1 and date(written.year, end if end > begin else begin, 1) < written:
            year = written.year if unit != "winter" else written.year - 1
        return _season(unit, year)
    years = 10 if unit == "decade" else 1
    year = written.year // years * years + shift * years
    return _years(year, years)


def _season_of_year(match: re.Match[str], written: date) -> Days | None:
    return _season(match["season"].lower(), int(match["year"]))


def _season(name: str, year: int) -> Days:
    begin, end = _SEASONS[name]
    return date(year, begin, 1), _month(year + (end < begin), end)[1]


def _ago(match: re.Match[str], written: date) -> Days | None:
    """A day, week, month or year at a distance, as exact as the unit is."""
    count, unit = _count(match["count"]), _UNITS[match["unit"].lower()]
    if count is None:
        return None
    back = not re.search(r"from now|later|ahead", match["way"], re.IGNORECASE)
    at = _moved(written, unit, -count if back else count)
    return _as_exact_as(at, unit)


def _moved(at: date, unit: str, count: int) -> date:
    match unit:
        case "days":
            return at + relativedelta(days=count)
        case "weeks":
            return at + relativedelta(weeks=count)
        case "months":
            return at + relativedelta(months=count)
    return at + relativedelta(years=count)


def _as_exact_as(at: date, unit: str) -> Days:
    if unit == "years":
        return _whole_year(at.year)
    if unit == "months":
        return _month(at.year, at.month)
    if unit == "weeks":
        monday = at - timedelta(days=at.weekday())
        return monday, monday + timedelta(days=6)
    return at, at


def _lately(match: re.Match[str], written: date) -> Days | None:
    """The past so many days, up to the day of writing."""
    count, unit = _count(match["count"]), _UNITS[match["unit"].lower()]
    return None if count is None else (_moved(written, unit, -count), written)


def _count(word: str) -> int | None:
    word = word.lower()
    if word in ("", "a", "an", "one"):
        return 1
    if word in ("several", "a few"):
        return None
    if word == "a couple of":
        return 2
    digits = in_digits(word)
    return int(digits) if digits.isdigit() else None


def _quarter(match: re.Match[str], written: date) -> Days | None:
    number = _ORDINALS[match["ordinal"].lower()]
    year = _year(match["year"] or match["before"])
    if year is None:
        year = written.year if 3 * number - 2 <= written.month else written.year - 1
    begin = date(year, 3 * number - 2, 1)
    return _quarter_from(begin)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Days | None]], ...] = (
    (re.compile(r"\b(?P<year>[12]\d{3})-(?P<number>\d{2})-(?P<day>\d{2})\b"), _numbered),
    (re.compile(r"\b(?P<number>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})\b"), _numbered),
    (
        re.compile(
            rf"\b{_DAY_BEFORE}(?P<month>{_MONTH})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?[-–]\s?(?P<last>\d{{1,2}}))?(?!\d|:\d|%|\s?[ap]\.?m\b)"
            r"(?:,? (?P<year>[12]\d{3}|['’]\d\d)\b)?"
        ),
        _numbered,
    ),
    (
        re.compile(
            rf"\b{_DAY_BEFORE}(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?[-–]\s?(?P<last>\d{{1,2}}))?(?: of)? (?P<month>{_MONTH})\b\.?"
            r"(?:,? (?P<year>[12]\d{3}|['’]\d\d)\b)?"
        ),
        _numbered,
    ),
    (re.compile(rf"\b(?P<month>{_MONTH})\b\.?(?: of)?,? (?P<year>[12]\d{{3}})\b"), _numbered),
    (
        re.compile(rf"\b(?P<which>[Ll]ast|past|[Nn]ext|[Tt]his) (?P<month>{_MONTH})\b(?!\.? ?\d)(?P<year>)"),
        _month_alone,
    ),
    (
        re.compile(
            r"\b(?:[Ee]arly|[Ll]ate|[Mm]id|[Ii]n|of|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|to|[Dd]uring|through|between|and|for|on)[ -]"
            rf"(?P<own>(?P<which>)(?P<month>{_MONTH})\b(?!\.? ?\d)(?P<year> (?:of )?this year\b)?)"
        ),
        _month_alone,
    ),
    (
        re.compile(
            rf"\b(?:the day before yesterday|yesterday|today|tomorrow|tonight|last night|this (?:morning|afternoon|evening)){_PART_OF_DAY}\b",
            re.IGNORECASE,
        ),
        _near,
    ),
    (
        re.compile(
            rf"\b(?:(?:the )?(?P<which>this coming|{_LAST}|{_NEXT}|this) )?(?P<weekday>{'|'.join(WEEKDAYS)})\b{_PART_OF_DAY}(?!,? (?:{_MONTH})\b)"
        ),
        _weekday,
    ),
    (
        re.compile(
            rf"\b(?:the )?(?P<which>{_LAST}|this|current|{_NEXT})[ -](?P<unit>weekend|week|month|(?:fiscal )?(?:quarter|year)|decade|{'|'.join(_SEASONS)})\b(?!-old)",
            re.IGNORECASE,
        ),
        _neighbour,
    ),
    (
        re.compile(
            r"\b(?:the )?(?P<which>latest|most recent) (?P<unit>(?:fiscal )?(?:quarter|year)|period)\b", re.IGNORECASE
        ),
        _neighbour,
    ),
    (
        re.compile(
            rf"\b(?:over|during|in|since|for|through) the (?P<which>)(?P<unit>{'|'.join(_SEASONS)})\b(?! of)",
            re.IGNORECASE,
        ),
        _neighbour,
    ),
    (
        re.compile(rf"\b(?:the )?(?P<season>{'|'.join(_SEASONS)}) of (?P<year>[12]\d{{3}})\b", re.IGNORECASE),
        _season_of_year,
    ),
    (
        re.compile(
            r"\b(?:(?:end|rest|remainder|half|part|months|quarters|start|beginning) of|(?:earlier|later|late|early) in|for) the (?:full |whole |entire )?year\b"
            r"(?! (?:end|to|before|after|of|ago|earlier|\d|two))|\b(?:around|by|at) year[- ]end\b",
            re.IGNORECASE,
        ),
        _this_year,
    ),
    (re.compile(r"\bthe (?P<which>)(?P<unit>weekend|quarter)\b", re.IGNORECASE), _neighbour),
    (
        re.compile(
            rf"\b(?P<count>{_NUMBER})[ -](?P<unit>day|week|month|year)s? (?P<way>(?:or so )?ago|earlier|from now)\b",
            re.IGNORECASE,
        ),
        _ago,
    ),
    (re.compile(r"\b(?P<count>)(?P<unit>year)[ -](?P<way>earlier|ago)\b(?: (?:quarter|period))?", re.IGNORECASE), _ago),
    (
        re.compile(
            rf"\b(?:the|over|in|during|for)?\s?(?:{_LAST}) (?P<count>{_NUMBER}) (?P<unit>day|week|month|year)s\b",
            re.IGNORECASE,
        ),
        _lately,
    ),
    (
        re.compile(
            r"\b(?:(?P<before>[12]\d{3}) )?(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th)[ -]quarter\b(?:(?: of|,)? (?:fiscal )?(?P<year>[12]\d{3}))?",
            re.IGNORECASE,
        ),
        _quarter,
    ),
    (
        re.compile(
            rf"\b(?:the year )?(?P<century>eighteen|nineteen|twenty) (?P<rest>(?:{_TENS})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)\b",
            re.IGNORECASE,
        ),
        _year_in_words,
    ),
    (
        re.compile(
            r"\bthe year (?P<century>two thousand)(?: (?:and )?(?P<rest>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))?\b",
            re.IGNORECASE,
        ),
        _year_in_words,
    ),
    (
        re.compile(
            r"\bthe (?:early |late |mid-)?(?P<decade>thirt|fort|fift|sixt|sevent|eight|ninet)ies\b", re.IGNORECASE
        ),
        _decade_in_words,
    ),
    (
        re.compile(rf"\bthe week of (?P<month>{_MONTH})\b\.? (?P<day>\d{{1,2}})\b(?:,? (?P<year>[12]\d{{3}})\b)?"),
        _week_of,
    ),
    (
        re.compile(
            r"\b(?P<holiday>New Year['’]s (?:Day|Eve)|Valentine['’]s Day|Easter(?= Sunday\b|[,.]| (?:weekend|and)\b)|Memorial Day|Independence Day|Fourth of July|Labor Day|Halloween|Thanksgiving(?: Day)?|Christmas (?:Eve|Day))(?!\w)"
        ),
        _holiday,
    ),
    (re.compile(r"\b(?:the )?(?:early |late |mid-)?(?P<decade>(?:1[5-9]|20)\d0|['’]?(?<=['’])\d0)s\b"), _decade),
    (
        re.compile(
            r"(?<![\d$£€.,/-])(?:fiscal )?(?P<year>(?:1[5-9]|20)\d\d)(?![\d%/]|[,.]\d|[-–]\d{3}|\s(?:people|feet|miles|points))\b"
        ),
        _year_alone,
    ),
)

"""Numbers, dates and times of a text, normalised.

"One hundred and seventy-five", "175" and "175.0" are one number, "$43 bn" and "43 billion dollars" one
amount, "18 March" and "March 18" one date. Words become digits through text2num, which is maintained,
MIT licensed and knows eight languages; the rest are patterns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.language.words import digits

_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "tn": 1e12, "trn": 1e12,
}  # fmt: skip
_UNITS = {
    "%": "%", "percent": "%", "per cent": "%", "pct": "%", "$": "$", "us$": "$", "dollar": "$", "dollars": "$",
    "€": "€", "euro": "€", "euros": "€", "eur": "€", "usd": "$", "£": "£", "pound": "£", "pounds": "£", "gbp": "£",
    "¥": "¥", "yen": "¥",
}  # fmt: skip
_AMOUNT = re.compile(
    r"(?P<hedge>\b(?:about|around|some|nearly|almost|roughly|approximately|close to|more than|over|at least|"
    r"less than|fewer than|under|below|above|up to|the(?= [23] ))\s+)?"
    r"(?P<sign>(?:US)?[$€£¥]\s?)?(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<ordinal>st|nd|rd|th)?"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|mln|bn|tn|trn|mn|[mkb](?![a-z])))?"
    r"(?:\s?(?P<unit>%|percent\b|per cent\b|pct\b|dollars?\b|euros?\b|pounds?\b|yen\b|USD\b|EUR\b|GBP\b))?",
    re.IGNORECASE,
)
_MONTHS = {
    m: n
    for n, names in enumerate(
        [
            "January Jan",
            "February Feb",
            "March Mar",
            "April Apr",
            "May",
            "June Jun",
            "July Jul",
            "August Aug",
            "September Sept Sep",
            "October Oct",
            "November Nov",
            "December Dec",
        ],
        1,
    )
    for m in names.split()
}
_WEEKDAYS = {d: n for n, d in enumerate("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?")
_MONTH_DAY = re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year>\d{{4}}))?")
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_MONTH_ALONE = re.compile(rf"\b{_MONTH}(?=(?:,? (?P<year>\d{{4}}))?)")
_TIME = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?|\b(?P<hour24>\d{1,2}):(?P<minute24>\d{2})\b",
    re.IGNORECASE,
)
_TWELVE = re.compile(
    r"\b(?:(?P<minutes>\d{1,2}) minutes? (?:(?P<before>to|before)|past|after) )?(?P<which>midnight|noon)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b")
_ABOUT = frozenset(["about", "around", "some", "nearly", "almost", "roughly", "approximately", "close to"])
_ABOVE = frozenset(["more than", "over", "at least", "above"])


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit ("%", a currency sign, "th" for an ordinal, or "") and the hedge before it, if any."""

    value: float
    unit: str = ""
    hedge: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or time of day: `kind` is "day" (month * 100 + day), "month", "weekday" (Monday 0) or "minute" of the day."""

    kind: str
    value: int
    written: str = ""


@lru_cache(maxsize=4096)
def in_digits(text: str) -> str:
    """The text with numbers written in words turned into digits.

    >>> in_digits("One hundred and seventy-five people in two boats.")
    '175 people in 2 boats.'
    """
    from text_to_num import alpha2digit

    # "second" is a span of time as often as a place, "one" a pronoun as often as a number; and after digits a scale
    # word is read with them. A private-use character keeps the library from seeing those words.
    kept = _LEFT_AS_WORDS.sub(lambda m: f"{m[0][0]}\ue000{m[0][1:]}", text)
    kept = re.sub(r"\b(?:a )?dozen\b", "12", kept, flags=re.IGNORECASE)
    kept = re.sub(r"\ba (hundred|thousand|million|billion)\b", r"one \1", kept, flags=re.IGNORECASE)
    return str(alpha2digit(kept, "en", threshold=0)).replace("\ue000", "")


_LEFT_AS_WORDS = re.compile(
    r"\b(?:seconds?|one|first|oh|o)\b(?![ -](?:hundred|thousand|million|billion))"
    r"|(?<=\d[ -])(?:hundred|thousand|million|billion|trillion)\b",
    re.IGNORECASE,
)


def moments(text: str) -> frozenset[Moment]:
    """The dates and times of a text.

    >>> sorted((m.kind, m.value) for m in moments("On Tuesday, March 18 at 11 p.m."))
    [('day', 318), ('minute', 1380), ('month', 3), ('weekday', 1)]
    """
    return _dated(text)[0]


def amounts(text: str) -> tuple[Amount, ...]:
    """The numbers of a text that are no day or time of day, in order; years are among them.

    >>> [(a.value, a.unit) for a in amounts("$43 bn, 43 billion dollars and five percent")]
    [(43000000000.0, '$'), (43000000000.0, '$'), (5.0, '%')]
    """
    return _dated(text)[1]


@lru_cache(maxsize=4096)
def _dated(text: str) -> tuple[frozenset[Moment], tuple[Amount, ...]]:
    found: set[Moment] = {Moment("weekday", _WEEKDAYS[m[1]], m[1]) for m in _WEEKDAY.finditer(text)}
    years: list[str] = []
    rest = text
    for pattern in (_ISO, _DAY_MONTH, _MONTH_DAY):
        for m in pattern.finditer(rest):
            month = _MONTHS.get(m["month"]) or int(m["month"])
            if 1 <= month <= 12 and 1 <= int(m["day"]) <= 31:
                found |= {Moment("day", month * 100 + int(m["day"]), m[0]), Moment("month", month, "")}
                years += [m["year"]] if m["year"] else []
        rest = pattern.sub(" ; ", rest)
    for m in _MONTH_ALONE.finditer(rest):
        # "may" and "march" are verbs too; "May" opens sentences.
        if (
            m["month"] not in ("May", "March")
            or re.search(
                r"\b(?:in|of|on|by|until|since|from|to|last|next|early|late|mid|and|between|this)[ -]$",
                rest[: m.start()],
            )
            or m["year"]
        ):
            found.add(Moment("month", _MONTHS[m["month"]], m[0]))
    for m in _TIME.finditer(rest):
        hour, minute = int(m["hour"] or m["hour24"]), int(m["minute"] or m["minute24"] or 0)
        if hour < 24 and minute < 60:
            if m["half"]:
                hour = hour % 12 + (12 if m["half"].lower() == "p" else 0)
            found.add(Moment("minute", hour * 60 + minute, m[0]))
    rest = _TIME.sub(" ; ", rest)
    for m in _TWELVE.finditer(in_digits(rest)):
        minute = (0 if m["which"].lower() == "midnight" else 720) + int(m["minutes"] or 0) * (-1 if m["before"] else 1)
        found.add(Moment("minute", minute % 1440, m[0]))
    rest = re.sub(r"\b[\w-]+ minutes? (?:past|after|to|before) (?=midnight|noon)", "", rest)
    counted = []
    for m in _AMOUNT.finditer(in_digits(rest)):
        value = float(m["number"].replace(",", "")) * _SCALES.get((m["scale"] or "").lower(), 1.0)
        sign = (m["sign"] or m["unit"] or "").strip().lower()
        unit = "th" if m["ordinal"] else _UNITS.get(sign, "")
        counted.append(Amount(value, unit, (m["hedge"] or "").strip().lower(), m[0].strip()))
    counted += [Amount(float(y), written=y) for y in years]
    return frozenset(found), tuple(counted)


def missing_amounts(claim: str, evidence: str) -> list[str]:
    """The numbers of `claim`, as written, that `evidence` does not have; hedged and rounded ones may be near.

    >>> missing_amounts("More than 38,000 cars and 40 trucks.", "38,200 cars")
    ['40']
    """
    held = amounts(evidence)
    return [
        a.written
        for a in amounts(claim)
        # "the two countries" counts what was named, which need not be counted in the text
        if not any(_same(a, b) for b in held) and not (a.value <= 3 and a.hedge == "the")
    ]


def _same(claimed: Amount, held: Amount) -> bool:
    if claimed.unit and held.unit and claimed.unit != held.unit:
        return False
    a, b = claimed.value, held.value
    if a == b:
        return True
    if (claimed.unit == "th") != (held.unit == "th"):
        return False
    if claimed.hedge in _ABOUT:  # "about 40,000" is 38,500 rounded to as many places
        places = len(f"{a:.12g}".replace(".", "").strip("0")) if a < 1e12 else 3
        return float(f"{b:.{places}g}") == a
    if claimed.hedge == "the":
        return False
    if claimed.hedge in _ABOVE:
        return a <= b <= 1.1 * a
    if claimed.hedge:
        return 0.9 * a <= b <= a
    # "1.9 billion" for 1,871 million: rounded to two or three places, when a scale word says that it is rounded.
    places = len(re.sub(r"\D", "", digits(re.sub(r"[^\d.,]", "", claimed.written))))
    return bool(re.search(r"[a-z]", claimed.written.lower())) and places >= 2 and float(f"{b:.{places}g}") == a


def missing_moments(claim: str, evidence: str) -> list[str]:
    """The dates and times of `claim`, as written, that `evidence` does not have."""
    held = {(m.kind, m.value) for m in moments(evidence)}
    return sorted({m.written for m in moments(claim) if m.written and (m.kind, m.value) not in held})

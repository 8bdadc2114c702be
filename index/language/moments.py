"""Dates and times of day of a text, normalised: "18 March" and "March 18" are one day, "11 p.m." and "23:00" one minute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .numerals import in_digits
from .wordlists import entries

MONTHS = tuple(entry.split()[0] for entry in entries("months"))
"""January to December."""
WEEKDAYS = entries("weekdays")
"""Monday to Sunday."""
CALENDAR = frozenset(word.lower() for entry in (*entries("months"), *WEEKDAYS) for word in entry.split())
"""Months, their short forms and weekdays, in lower case."""
MONTH_NUMBERS = {form: number for number, entry in enumerate(entries("months"), 1) for form in entry.split()}
_WEEKDAY_NUMBERS = {day: number for number, day in enumerate(WEEKDAYS)}
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})\b\.?"
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?")
_MONTH_DAY = re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year>\d{{4}}))?")
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_MONTH_ALONE = re.compile(rf"\b{_MONTH}(?=(?:,? (?P<year>\d{{4}}))?)")
_VERBS_TOO = ("May", "March")
"""Months that are verbs as well: they count after a preposition or before a year only."""
_BEFORE_A_MONTH = re.compile(r"\b(?:in|of|on|by|until|since|from|to|last|next|early|late|mid|and|between|this)[ -]$")
_TIME = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?|\b(?P<hour24>\d{1,2}):(?P<minute24>\d{2})\b",
    re.IGNORECASE,
)
_TWELVE = re.compile(
    r"\b(?:(?P<minutes>\d{1,2}) minutes? (?:(?P<before>to|before)|past|after) )?(?P<which>midnight|noon)\b",
    re.IGNORECASE,
)
_MINUTES_FROM_TWELVE = re.compile(r"\b[\w-]+ minutes? (?:past|after|to|before) (?=midnight|noon)")
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or time of day: `kind` is "day" (month * 100 + day), "month", "weekday" (Monday 0) or "minute" of the day."""

    kind: str
    value: int
    written: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """The moments of a text, the years written beside its dates, and the text without both."""

    moments: frozenset[Moment]
    years: tuple[str, ...]
    rest: str


def moments(text: str) -> frozenset[Moment]:
    """The dates and times of a text.

    >>> sorted((m.kind, m.value) for m in moments("On Tuesday, March 18 at 11 p.m."))
    [('day', 318), ('minute', 1380), ('month', 3), ('weekday', 1)]
    """
    return dated(text).moments


@lru_cache(maxsize=4096)
def dated(text: str) -> Dated:
    """The dates and times of a text, and what is left of it to count in."""
    found: set[Moment] = {Moment("weekday", _WEEKDAY_NUMBERS[m[1]], m[1]) for m in _WEEKDAY.finditer(text)}
    years: list[str] = []
    rest = text
    for pattern in (_ISO, _DAY_MONTH, _MONTH_DAY):
        for m in pattern.finditer(rest):
            month = MONTH_NUMBERS.get(m["month"]) or int(m["month"])
            if 1 <= month <= 12 and 1 <= int(m["day"]) <= 31:
                found |= {Moment("day", month * 100 + int(m["day"]), m[0]), Moment("month", month, "")}
                years += [m["year"]] if m["year"] else []
        rest = pattern.sub(" ; ", rest)
    for m in _MONTH_ALONE.finditer(rest):
        if m["month"] not in _VERBS_TOO or _BEFORE_A_MONTH.search(rest[: m.start()]) or m["year"]:
            found.add(Moment("month", MONTH_NUMBERS[m["month"]], m[0]))
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
    return Dated(frozenset(found), tuple(years), _MINUTES_FROM_TWELVE.sub("", rest))


def missing_moments(claim: str, evidence: str) -> list[str]:
    """The dates and times of `claim`, as written, that `evidence` does not have."""
    held = {(m.kind, m.value) for m in moments(evidence)}
    return sorted({m.written for m in moments(claim) if m.written and (m.kind, m.value) not in held})

"""The day and time of a document: what it states, a date line near the top, or a date in the file name."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
_DATE_LINE = re.compile(r"\s*(?:published|date|updated|posted)\s*[:\-–]\s*(.{6,60})$", re.IGNORECASE)
_BARE_DATE = re.compile(r"((?:19|20)\d\d-\d\d-\d\d(?:[T ].{5,20})?|(?=.*[A-Za-z]{3})(?=.*\b(?:19|20)\d\d\b).{10,40})")
"""A line that may be a day and nothing else, with its year, as ISO 8601 or with its month as a word."""
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
"""Digits that are seconds or milliseconds since 1970; twelve digits are a day and a time, written together."""
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
"""05.03.2025 has its day first wherever days are written with dots; with slashes it depends on the country."""
_DATE_LINES = 6
"""A date line is looked for in so many lines from the top."""

_FIRST_EPOCH = 1e8
"""Smaller numbers are not taken for seconds since 1970: this one is March 1973."""
_FIRST_MILLIS = 1e11
"""Larger numbers are milliseconds: as seconds they would lie after the year 5138."""


def published_of(text: str, name: str) -> datetime | None:
    """A date line near the top of `text`, else a date in the file name `name`, else None."""
    for line in text[:4096].lstrip().split("\n")[:_DATE_LINES]:
        match = _DATE_LINE.match(line) or _BARE_DATE.fullmatch(line.strip())
        if match and (stated := when(match[1])):
            return stated
    if match := _IN_NAME.search(name):
        return when("-".join(match.groups()))
    return None


def when(value: object) -> datetime | None:
    """A time from whatever a source states: ISO 8601, a spelled date, a date object, seconds or milliseconds
    since 1970. None for anything else, for what is no day ("2025-02-30") and for what is no whole day ("May 1920").

    >>> when("5 March 2025")
    datetime.datetime(2025, 3, 5, 0, 0)
    """
    found = _read(value)
    try:
        if found is not None and found.tzinfo is not None:
            found.astimezone(UTC)
    except (ValueError, OverflowError):  # an offset of days, or the last hours of the year 9999: nothing can sort it
        return None
    return found


def _read(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and 1900_01_01 <= value <= 2999_12_31:
        value = str(value)
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, int | float):
        return _since_1970(value)
    return _spelled(value) if isinstance(value, str) else None


def _since_1970(number: float) -> datetime | None:
    if not number > _FIRST_EPOCH:  # not a number, too
        return None
    try:
        return datetime.fromtimestamp(number / 1000 if number > _FIRST_MILLIS else number, UTC)
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Names of time zones alone ("CET", "IST") mean different zones in different places: the time stays as it was
    written. `offset` is in seconds."""
    return None if offset is None else timezone(timedelta(seconds=offset))


def _spelled(value: str) -> datetime | None:
    from dateutil import parser

    value = value.strip()
    if not re.search(r"\d{4}|\d{1,2}[-/.]\d{1,2}", value) or len(value) > 100:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    day_first = bool(_DOTTED.match(value))
    try:
        # Two defaults that differ tell whether day, month and year were all stated.
        defaults = (datetime(2001, 1, 1), datetime(2003, 3, 3))
        one, two = (parser.parse(value, default=default, dayfirst=day_first, tzinfos=_zone) for default in defaults)
    except Exception:  # dateutil lets IndexError, TypeError and decimal's errors through for odd strings
        return None
    return one if one.date() == two.date() else None

"""How many labelled time expressions are found, and resolved to the days that people gave them: `python -m evals.times`.

TimeBank and AQUAINT (Pustejovsky et al., 2003; TempEval-3, UzZaman et al., 2013): newswire with TIMEX3 values. Of the half
of the documents that the rules were not written with, each expression counts whose value is a day, week, month, quarter,
season, year or decade; it is right when the interval of days is exactly that of the value. Beside it the simplest
baseline: every expression means the day of the document.
"""

from __future__ import annotations

import argparse
import calendar
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from index.language.times import Days, time_expressions

from .loaders.shared import DATA
from .splits import in_first_half

FILE = DATA / "train" / "tbaq_timeml" / "all.jsonl"
_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A time expression of a document with the days that it means, written on a day."""

    document: str
    text: str
    start: int
    end: int
    written: date
    days: Days


def labelled(file: Path = FILE) -> Iterator[Labelled]:
    """The expressions of a file that mean an interval of days. Raises OSError."""
    with file.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", row["published"] or ""):
                continue
            written = date.fromisoformat(row["published"])
            for timex in row["timex"]:
                days = days_of(timex["value"]) if timex["type"] in ("DATE", "TIME") else None
                if days is not None:
                    yield Labelled(row["id"], row["text"], timex["start"], timex["end"], written, days)


def days_of(value: str) -> Days | None:
    """The days of a TIMEX3 value, None for one that is not an interval of days ("PRESENT_REF", "P3D").

    >>> days_of("1998-W06"), days_of("199")
    ((datetime.date(1998, 2, 2), datetime.date(1998, 2, 8)), (datetime.date(1990, 1, 1), datetime.date(1999, 12, 31)))
    """
    if m := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?", value):
        day = date(int(m[1]), int(m[2]), int(m[3]))
        return day, day
    if m := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value):
        monday = date.fromisocalendar(int(m[1]), int(m[2]), 1)
        return (monday + timedelta(days=5 if m[3] else 0)), monday + timedelta(days=6)
    if m := re.fullmatch(r"(\d{4})-(\d\d)", value):
        year, month = int(m[1]), int(m[2])
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    if m := re.fullmatch(r"(\d{4})-Q([1-4])", value):
        return _three_months(int(m[1]), 3 * int(m[2]) - 2)
    if m := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", value):
        return _three_months(int(m[1]), _SEASONS[m[2]])
    if m := re.fullmatch(r"(\d{3,4})", value):
        years = 1 if len(value) == 4 else 10
        first = int(value) * years
        return date(first, 1, 1), date(first + years - 1, 12, 31)
    return None


def _three_months(year: int, month: int) -> Days:
    """From the first day of a month on."""
    over, last = divmod(month + 1, 12)
    return date(year, month, 1), date(year + over, last + 1, calendar.monthrange(year + over, last + 1)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument(
        "--show", action="store_true", help="print what is wrong in the half that rules are written with"
    )
    options = parser.parse_args()
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for gold in labelled(options.file):
        half = in_first_half(gold.document)
        inside = [t for t in time_expressions(gold.text, gold.written) if t.start < gold.end and gold.start < t.end]
        exact = any((t.first, t.last) == gold.days for t in inside)
        counts[half].update(n=1, found=bool(inside), exact=exact, baseline=gold.days == (gold.written, gold.written))
        if options.show and half and not exact:
            said = gold.text[max(0, gold.start - 50) : gold.end + 20].replace("\n", " ")
            print(f"{gold.text[gold.start : gold.end]!r} {gold.written} {gold.days} {inside} | {said}")
    for half, name in ((True, "written with"), (False, "held out")):
        c = counts[half]
        print(
            f"{name:12} {c['n']} expressions: found {c['found'] / c['n']:.3f}, exact {c['exact'] / c['n']:.3f}, of the found "
            f"{c['exact'] / max(1, c['found']):.3f}; baseline (the day of the document) {c['baseline'] / c['n']:.3f}"
        )


if __name__ == "__main__":
    main()

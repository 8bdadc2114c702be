"""Tables as CSV: one record a row, columns named by a header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from ..documents import Failure
from ..errors import SourceError
from .contract import Format, Read
from .decoding import LINE_CHARS, lines
from .records import is_text, known, record

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50
_HEADER_WITHIN = 20
"""Exports put a line or two above the header; it is looked for in so many rows."""


def read(path: Path, name: str) -> Iterator[Read]:
    """One document a row, read as they are asked for; the delimiter is the one that gives the best header.

    A row that cannot be read is reported with its line and the others are read. Raises SourceError when no row
    near the top names a column of text.
    """
    csv.field_size_limit(LINE_CHARS)
    incoming = lines(path)
    sample = list(islice(incoming, _SAMPLE_LINES))
    if not any(line.strip() for line in sample):
        raise SourceError("there is no text in it")
    delimiter, header_row = _header_of(sample)
    rows = csv.reader(chain(sample, incoming), delimiter=delimiter, skipinitialspace=True)
    columns = next(islice(rows, header_row, None))
    number = 0
    while True:
        number += 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Failure(f"{name} (line {rows.line_num})", f"line {rows.line_num}: {error}")
            continue
        if row is None:
            return
        if row:
            named = {c: v for c, v in zip(columns, row, strict=False) if c.strip()}
            yield record(named, name, f"{name}#{number}", f"line {rows.line_num}")
        else:
            number -= 1


def _header_of(sample: list[str]) -> tuple[str, int]:
    """The delimiter, and the number of rows above the header."""
    best: tuple[int, int, str, int] | None = None
    for delimiter in _DELIMITERS:
        rows = csv.reader(sample, delimiter=delimiter, skipinitialspace=True)
        try:
            for place, row in enumerate(islice(rows, _HEADER_WITHIN)):
                if any(is_text(column) for column in row):
                    found = (sum(map(known, row)), len(row), delimiter, place)
                    best = max(best or found, found, key=lambda f: f[:2])
                    break
        except csv.Error:  # a cell without end, in this reading of it
            continue
    if best is None:
        first = sample[0].strip()[:200]
        raise SourceError(f"line 1: no column named text (found: {first})")
    return best[2], best[3]


FORMAT = Format("CSV", (".csv",), read, max_bytes=None)

"""Filters -> SQL: which documents a search may look into."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..filters import Filters


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition on the table `documents`, named `d`, with its parameters."""

    condition: str
    parameters: tuple[object, ...]

    @property
    def passages(self) -> str:
        """A subquery that gives the numbers of the selected passages."""
        return f"SELECT p.number FROM documents d JOIN passages p ON p.document = d.number WHERE {self.condition}"


def selection(filters: Filters, sources: Sequence[tuple[int, bytes]]) -> Selection:
    """`sources` are the numbers and paths of the ingested sources."""
    conditions: list[str] = []
    parameters: list[object] = []

    def add(alternatives: Sequence[tuple[str, tuple[object, ...]]]) -> None:
        conditions.append("(" + " OR ".join(condition for condition, _ in alternatives) + ")")
        for _, values in alternatives:
            parameters.extend(values)

    if filters.documents:
        marks = ", ".join("?" * len(filters.documents))
        now = f"d.id IN ({marks}) OR d.id IN (SELECT now FROM former_ids WHERE id IN ({marks}))"
        add([(now, (*filters.documents, *filters.documents))])
    if filters.sources:
        add([alternative for value in filters.sources for alternative in _from(value, sources)])
    if filters.authors:
        add([("instr(lower(d.author), lower(?)) > 0", (author,)) for author in filters.authors])
    if filters.since is not None:
        add([("d.day >= ?", (filters.since.isoformat(),))])
    if filters.until is not None:
        add([("d.day <= ?", (filters.until.isoformat(),))])
    if filters.as_of is not None:
        add([("d.day IS NULL", ()), ("d.day <= ?", (filters.as_of.isoformat(),))])
    if filters.spoken_of is not None:
        days = tuple(day.isoformat() for day in filters.spoken_of)
        spoken = (
            "SELECT p.document FROM times t JOIN passages p ON p.number = t.passage WHERE t.first >= ? AND t.last <= ?"
        )
        add([("d.day BETWEEN ? AND ?", days), (f"d.number IN ({spoken})", days)])
    return Selection(" AND ".join(conditions) or "1", tuple(parameters))


def _from(value: str, sources: Sequence[tuple[int, bytes]]) -> list[tuple[str, tuple[object, ...]]]:
    """A source by its path, a folder or file inside one, or what documents say of themselves."""
    alternatives: list[tuple[str, tuple[object, ...]]] = [("lower(d.source) = lower(?)", (value,))]
    wanted = os.fsencode(Path(value).expanduser().absolute())
    resolved = os.fsencode(Path(value).expanduser().resolve())
    for number, path in sources:
        for place in dict.fromkeys((wanted, resolved)):
            if path == place or path.startswith(place.rstrip(b"/") + b"/"):
                alternatives.append(("d.content IN (SELECT content FROM files WHERE source = ?)", (number,)))
            elif place.startswith(path + b"/"):
                below = place[len(path) + 1 :]
                alternatives.append(
                    (
                        "d.content IN (SELECT content FROM files WHERE source = ? AND (path = ? OR (path > ? AND path < ?)))",
                        (number, below, below + b"/", below + b"0"),  # 0 is the character after /
                    )
                )
    return alternatives

"""Questions with candidate sentences, as TREC QA has them (Wang, Smith and Mitamura, 2007).

A line is `{"question", "candidates": [{"text", "relevant"}, ...]}`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ranking:
    """A question with candidate sentences; `relevant` runs in parallel."""

    question: str
    candidates: tuple[str, ...]
    relevant: tuple[bool, ...]

    @property
    def decides(self) -> bool:
        """Whether an order can be right or wrong: some candidates answer and some do not, as in the clean version of
        TREC QA (Wang and Ittycheriah, 2015)."""
        return any(self.relevant) and not all(self.relevant)


def rankings_of(file: Path) -> list[Ranking]:
    """A ranking a line; a candidate that stands there twice counts once."""
    rankings = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        candidates = {c["text"]: bool(c["relevant"]) for c in row["candidates"]}
        rankings.append(Ranking(row["question"], tuple(candidates), tuple(candidates.values())))
    return rankings

"""Questions with known answers, and what was answered to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from qa import Answer, Turn

HERE = Path(__file__).parent
CORPORA: dict[str, Path] = {name: HERE / "corpora" / name for name in ("march-2025", "newswire")}
Part = Literal["development", "test"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Characters `start:end` of a document that hold a known answer."""

    document_id: str
    start: int
    end: int

    def overlaps(self, document_id: str, start: int, end: int) -> bool:
        """Whether characters `start:end` of a document touch it."""
        return document_id == self.document_id and start < self.end and self.start < end


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its known answers (any of them counts; none: the corpus does not say) and where they stand.

    `expects` says that the sources disagree, or that the corpus answers only a part."""

    id: str
    corpus: str
    part: Part
    category: str
    question: str
    answers: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    history: tuple[Turn, ...] = ()
    expects: Literal["", "conflict", "partly"] = ""

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True, slots=True)
class Result:
    """A case with the answer given to it, or the error that came instead."""

    case: Case
    answer: Answer | None
    error: str = ""

    @property
    def measured(self) -> Answer:
        """What the metrics see: the answer, or an empty one when an error came instead."""
        return self.answer or Answer(self.case.question, self.case.question, "", abstained=False, answerer="error")


def load(corpus: str, texts: dict[str, str]) -> list[Case]:
    """The cases of a corpus. `texts` maps document ids to texts; raises ValueError when evidence is not in them."""
    cases = []
    for line in (HERE / "questions" / f"{corpus}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        evidence = []
        for place in row["evidence"]:
            start = texts.get(place["document_id"], "").find(place["quote"])
            if start < 0:
                raise ValueError(f"{row['id']}: {place['quote']!r} is not in {place['document_id']}")
            evidence.append(Evidence(place["document_id"], start, start + len(place["quote"])))
        cases.append(
            Case(
                id=row["id"],
                corpus=corpus,
                part=cast(Part, row["part"]),
                category=row["category"],
                question=row["question"],
                answers=tuple(row["answers"]),
                evidence=tuple(evidence),
                history=tuple(Turn.of(t) for t in row.get("history", [])),
                expects=row.get("expects", ""),
            )
        )
    return cases

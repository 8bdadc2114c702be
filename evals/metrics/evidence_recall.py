"""Did the search find the evidence? recall@k, and recall of all of it at k."""

from __future__ import annotations

from collections.abc import Callable

from qa import Answer

from ..cases import Case


def evidence_recall(k: int) -> Callable[[Case, Answer], float | None]:
    """The share of the case's evidence that the first k passages hold; None where there is no evidence."""

    def recall(case: Case, answer: Answer) -> float | None:
        held = _held(case, answer, k)
        return sum(held) / len(held) if held else None

    return recall


def all_evidence(k: int) -> Callable[[Case, Answer], float | None]:
    """1 when the first k passages hold all the evidence (all-hops recall); None for cases with less than two pieces."""

    def all_held(case: Case, answer: Answer) -> float | None:
        held = _held(case, answer, k)
        return float(all(held)) if len(held) > 1 else None

    return all_held


def _held(case: Case, answer: Answer, k: int) -> list[bool]:
    passages = [hit.passage for hit in answer.hits[:k]]
    return [any(e.overlaps(p.document_id, p.start, p.end) for p in passages) for e in case.evidence]

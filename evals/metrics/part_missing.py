"""Is it said that the corpus answers only a part?"""

from __future__ import annotations

from qa import Answer

from ..cases import Case


def part_missing(case: Case, answer: Answer) -> float | None:
    """1 when the answer says that a part is missing; None for cases where none is."""
    return float(answer.outcome == "partly") if case.expects == "partly" else None

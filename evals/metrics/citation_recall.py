"""Is the evidence cited?"""

from __future__ import annotations

from qa import Answer

from ..cases import Case


def citation_recall(case: Case, answer: Answer) -> float | None:
    """The share of the case's evidence that some citation leads to; None where there is no evidence."""
    if not case.evidence:
        return None
    cited = [any(e.overlaps(c.document_id, c.start, c.end) for c in answer.citations) for e in case.evidence]
    return sum(cited) / len(cited)

"""Do the citations lead to what answers?"""

from __future__ import annotations

from qa import Answer

from ..cases import Case
from .matching import occurs


def citation_precision(case: Case, answer: Answer) -> float | None:
    """The share of citations that lead to the case's evidence, or to a sentence with a known answer in it; None where
    there is no answer to cite, or no citation."""
    if not case.answerable or not answer.citations:
        return None
    good = [
        any(e.overlaps(c.document_id, c.start, c.end) for e in case.evidence)
        or any(occurs(a, c.quote) for a in case.answers)
        for c in answer.citations
    ]
    return sum(good) / len(good)

"""Is a known answer given?"""

from __future__ import annotations

from qa import Answer

from ..cases import Case
from .matching import occurs


def answer_accuracy(case: Case, answer: Answer) -> float | None:
    """1 when a known answer occurs in the answer's text; None where the corpus has none."""
    if not case.answerable:
        return None
    return float(not answer.abstained and any(occurs(a, answer.text) for a in case.answers))

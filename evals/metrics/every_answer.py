"""Are all the known answers given, where one does not do?"""

from __future__ import annotations

from qa import Answer

from ..cases import Case
from .matching import occurs

NEED_ALL = ("conflict", "two documents")
"""Categories in which the known answers are parts of one answer, and not ways to write the same."""


def every_answer(case: Case, answer: Answer) -> float | None:
    """1 when all known answers are given; None unless the sources disagree or two documents are needed."""
    if case.category not in NEED_ALL or len(case.answers) < 2:
        return None
    return float(not answer.abstained and all(occurs(a, answer.text) for a in case.answers))

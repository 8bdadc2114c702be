"""Does it refuse what the corpus does not answer, and only that?"""

from __future__ import annotations

from collections.abc import Sequence

from qa import Answer

from ..cases import Case, Result
from ..statistics import f1_score


def refusal_precision(case: Case, answer: Answer) -> float | None:
    """1 when a refused question has no answer in the corpus; None when it was not refused."""
    return float(not case.answerable) if answer.abstained else None


def refusal_recall(case: Case, answer: Answer) -> float | None:
    """1 when a question without an answer in the corpus is refused; None where there is an answer."""
    return None if case.answerable else float(answer.abstained)


def refusal_f1(results: Sequence[Result]) -> float:
    """F1 of refusing, of all results together; NaN when nothing was refused and nothing had to be. An error is neither
    an answer nor a refusal."""
    return f1_score([not r.case.answerable for r in results], [r.measured.abstained for r in results])

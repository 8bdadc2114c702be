"""Are disagreements of the sources shown, and only those?"""

from __future__ import annotations

from qa import Answer

from ..cases import Case


def conflict_shown(case: Case, answer: Answer) -> float | None:
    """1 when a disagreement of the sources is shown as one; None for cases without one."""
    return float(bool(answer.conflicts)) if case.expects == "conflict" else None


def conflict_alarm(case: Case, answer: Answer) -> float | None:
    """1 when a disagreement is shown where none is expected: the lower the better. None where one is expected, or two
    documents are compared."""
    return float(bool(answer.conflicts)) if case.expects != "conflict" and case.category != "two documents" else None

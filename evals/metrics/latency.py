"""How long does an answer take?"""

from __future__ import annotations

from qa import Answer

from ..cases import Case


def latency(case: Case, answer: Answer) -> float | None:
    """Milliseconds from the question to the finished answer; None when there was no answer."""
    return answer.timings_ms.get("total")

from __future__ import annotations

from evals.metrics.citation_recall import citation_recall
from tests.evals.samples import CASE, UNANSWERABLE, answer, cited


def test_the_evidence_is_cited_or_not() -> None:
    assert citation_recall(CASE, answer("x", cited(11, 30), cited(0, 10))) == 1
    assert citation_recall(CASE, answer("x", cited(0, 10))) == 0
    assert citation_recall(CASE, answer("x", cited(11, 30, document="other"))) == 0
    assert citation_recall(UNANSWERABLE, answer("x", cited(11, 30))) is None

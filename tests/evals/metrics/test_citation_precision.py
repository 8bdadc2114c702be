from __future__ import annotations

from evals.metrics.citation_precision import citation_precision
from tests.evals.samples import CASE, UNANSWERABLE, answer, cited


def test_a_citation_is_good_when_it_leads_to_evidence_or_to_a_known_answer() -> None:
    assert citation_precision(CASE, answer("x", cited(11, 30), cited(0, 10))) == 0.5
    assert citation_precision(CASE, answer("x", cited(0, 10, "Geneva it was.", document="other"))) == 1


def test_it_applies_where_there_is_something_to_cite() -> None:
    assert citation_precision(CASE, answer("x")) is None
    assert citation_precision(UNANSWERABLE, answer("x", cited(0, 10))) is None

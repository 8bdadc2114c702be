from __future__ import annotations

from evals.metrics.citation_validity import citation_validity
from tests.evals.samples import CASE, TEXT, answer, cited


def test_a_citation_is_valid_when_its_quote_stands_at_its_place() -> None:
    validity = citation_validity({"d": TEXT})
    assert validity(CASE, answer("x", cited(11, 30))) == 1
    assert validity(CASE, answer("x", cited(11, 30), cited(0, 10, "It snowed."))) == 0.5
    assert validity(CASE, answer("x", cited(5, 5))) == 0
    assert validity(CASE, answer("x", cited(0, 10, document="other"))) == 0
    assert validity(CASE, answer("x")) is None

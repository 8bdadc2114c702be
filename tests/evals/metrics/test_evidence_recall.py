from __future__ import annotations

from dataclasses import replace

from evals.cases import Evidence
from evals.metrics.evidence_recall import all_evidence, evidence_recall
from tests.evals.samples import CASE, UNANSWERABLE, answer, hit

WRONG, RIGHT, LAST = hit(0, 10), hit(11, 30), hit(31, 52)
TWO = replace(CASE, evidence=(*CASE.evidence, Evidence("d", 38, 46)))


def test_the_first_k_passages_hold_the_evidence_or_not() -> None:
    given = answer(hits=(WRONG, RIGHT))
    assert evidence_recall(1)(CASE, given) == 0
    assert evidence_recall(5)(CASE, given) == 1
    assert evidence_recall(5)(TWO, given) == 0.5
    assert evidence_recall(5)(UNANSWERABLE, given) is None


def test_all_of_it_is_asked_for_only_where_there_is_more_than_one_piece() -> None:
    assert all_evidence(10)(TWO, answer(hits=(RIGHT, LAST))) == 1
    assert all_evidence(1)(TWO, answer(hits=(RIGHT, LAST))) == 0
    assert all_evidence(10)(CASE, answer(hits=(RIGHT,))) is None

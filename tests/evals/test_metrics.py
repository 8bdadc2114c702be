"""Each metric on answers that are right, and on answers that fail it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from evals.cases import Case, Evidence, Result
from evals.metrics import (
    answer_accuracy,
    citation_precision,
    citation_recall,
    citation_validity,
    conflict_alarm,
    conflict_shown,
    evidence_recall,
    expected_calibration_error,
    mean,
    part_missing,
    refusal_curve,
    refusal_scores,
    risk_coverage,
)
from index import Hit, Passage
from qa import Answer, Citation

TEXT = "It rained. They met in Geneva. It was 1,200 km away."
CASE = Case("1", "c", "test", "fact", "Where?", ("Geneva",), (Evidence("d", 23, 29),))
UNANSWERABLE = replace(CASE, answers=(), evidence=())


def cited(start: int, end: int, quote: str | None = None, document: str = "d") -> Citation:
    return Citation(1, document, "", "", None, TEXT[start:end] if quote is None else quote, start, end, 1.0)


def answer(
    text: str = "They met in Geneva. [1]", *citations: Citation, hits: tuple[Hit, ...] = (), abstained: bool = False
) -> Answer:
    return Answer("Where?", "Where?", text, abstained, "quote", citations=citations, hits=hits, timings_ms={"total": 5})


def test_answer_accuracy() -> None:
    assert answer_accuracy(CASE, answer()) == 1
    assert answer_accuracy(CASE, answer("They met in Genevaville.")) == 0
    assert answer_accuracy(CASE, answer("Geneva", abstained=True)) == 0
    assert answer_accuracy(replace(CASE, answers=("1200 km",)), answer("It was 1,200 km.")) == 1
    assert answer_accuracy(UNANSWERABLE, answer()) is None


def test_evidence_recall() -> None:
    wrong, right = (Hit(Passage("d", TEXT[a:b], a, b), 1.0) for a, b in ((0, 10), (11, 30)))
    assert evidence_recall(1)(CASE, answer(hits=(wrong, right))) == 0
    assert evidence_recall(5)(CASE, answer(hits=(wrong, right))) == 1
    assert evidence_recall(5)(UNANSWERABLE, answer()) is None


def test_citation_validity() -> None:
    validity = citation_validity({"d": TEXT})
    assert validity(CASE, answer("x", cited(11, 30))) == 1
    assert validity(CASE, answer("x", cited(11, 30), cited(0, 10, "It snowed."))) == 0.5
    assert validity(CASE, answer("x", cited(5, 5))) == 0
    assert validity(CASE, answer("x", cited(0, 10, document="other"))) == 0
    assert validity(CASE, answer("x")) is None


def test_citation_precision_and_recall() -> None:
    both = answer("x", cited(11, 30), cited(0, 10))
    assert citation_precision(CASE, both) == 0.5
    assert citation_recall(CASE, both) == 1
    assert citation_recall(CASE, answer("x", cited(0, 10))) == 0
    assert citation_recall(UNANSWERABLE, both) is None


def test_refusals() -> None:
    refusal, given = answer("no", abstained=True), answer()
    perfect = [Result(CASE, given), Result(UNANSWERABLE, refusal)]
    assert refusal_scores(perfect)["refusal F1"] == 1
    assert refusal_scores([Result(CASE, refusal), Result(UNANSWERABLE, given)])["refusal F1"] == 0
    assert refusal_scores([Result(UNANSWERABLE, None, "down")])["refusal recall"] == 0
    assert math.isnan(refusal_scores([Result(CASE, given)])["refusal recall"])


def test_an_error_counts_against_the_mean_and_nothing_is_nan() -> None:
    assert mean(answer_accuracy, [Result(CASE, answer()), Result(CASE, None, "down")]) == (0.5, 2)
    value, n = mean(answer_accuracy, [Result(UNANSWERABLE, answer())])
    assert math.isnan(value)
    assert n == 0


@pytest.mark.parametrize("metric", [answer_accuracy, citation_precision, citation_recall, evidence_recall(1)])
def test_metrics_stay_between_0_and_1(metric: object) -> None:
    value = metric(CASE, answer("x", cited(11, 30)))  # type: ignore[operator]
    assert value is None or 0 <= value <= 1


def test_metrics_of_disagreement_and_of_missing_parts_apply_where_they_are_expected() -> None:
    plain = CASE
    differing, half = replace(plain, expects="conflict"), replace(plain, expects="partly")
    given = answer()
    assert (conflict_shown(plain, given), conflict_alarm(plain, given), part_missing(plain, given)) == (None, 0.0, None)
    assert (conflict_shown(differing, given), conflict_alarm(differing, given)) == (0.0, None)
    assert part_missing(half, given) == 0.0
    assert part_missing(half, replace(given, missing=("who painted it?",))) == 1.0


def test_honest_probabilities_have_no_error_and_boastful_ones_have() -> None:
    right = np.array([True, False] * 50)
    assert expected_calibration_error(np.full(100, 0.5), right) < 0.01
    assert abs(expected_calibration_error(np.full(100, 0.9), right) - 0.4) < 0.01
    assert abs(expected_calibration_error(np.full(100, 0.9), right, unanswerable=0.1)) < 0.01


def test_risk_falls_with_coverage_when_the_score_knows_something() -> None:
    right = np.array([True] * 80 + [False] * 20)
    points = risk_coverage(np.where(right, 0.9, 0.3), right)
    first, last = points[0], points[20]
    assert (first["coverage"], first["risk"]) == (1.0, 0.2)
    assert (last["coverage"], last["risk"]) == (0.8, 0.0)
    weighted = risk_coverage(np.where(right, 0.9, 0.3), right, unanswerable=0.5)
    assert weighted[0]["risk"] == 0.5


def test_the_refusal_curve_is_made_of_the_answers_own_scores() -> None:
    results = [Result(CASE, replace(answer(), answerable=0.9)), Result(UNANSWERABLE, replace(answer(), answerable=0.2))]
    assert refusal_curve(results)["auroc"] == 1.0
    assert refusal_curve(results[:1]) == {}

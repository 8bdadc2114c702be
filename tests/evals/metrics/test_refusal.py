from __future__ import annotations

import math

from evals.cases import Result
from evals.metrics.refusal import refusal_f1, refusal_precision, refusal_recall
from tests.evals.samples import CASE, UNANSWERABLE, answer

REFUSAL, GIVEN = answer("no", abstained=True), answer()


def test_precision_is_of_what_was_refused_and_recall_of_what_had_to_be() -> None:
    assert (refusal_precision(UNANSWERABLE, REFUSAL), refusal_precision(CASE, REFUSAL)) == (1, 0)
    assert refusal_precision(UNANSWERABLE, GIVEN) is None
    assert (refusal_recall(UNANSWERABLE, REFUSAL), refusal_recall(UNANSWERABLE, GIVEN)) == (1, 0)
    assert refusal_recall(CASE, REFUSAL) is None


def test_f1_is_of_all_results_together() -> None:
    assert refusal_f1([Result(CASE, GIVEN), Result(UNANSWERABLE, REFUSAL)]) == 1
    assert refusal_f1([Result(CASE, REFUSAL), Result(UNANSWERABLE, GIVEN)]) == 0
    assert refusal_f1([Result(CASE, REFUSAL), Result(UNANSWERABLE, REFUSAL)]) == 2 / 3
    assert refusal_f1([Result(UNANSWERABLE, None, "down")]) == 0
    assert math.isnan(refusal_f1([Result(CASE, GIVEN)]))

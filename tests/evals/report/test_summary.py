from __future__ import annotations

import math
from dataclasses import replace

from evals.cases import Result
from evals.report.summary import refusal_curve, summary
from tests.evals.samples import CASE, TEXT, UNANSWERABLE, answer

RIGHT, WRONG = answer(), answer("It rained.")


def test_figures_are_of_the_cases_they_apply_to_and_say_how_many_these_are() -> None:
    other = replace(UNANSWERABLE, category="unanswerable")
    table = summary(
        [Result(CASE, RIGHT), Result(CASE, WRONG), Result(other, RIGHT), Result(CASE, None, "down")], {"d": TEXT}
    )
    accuracy = table["overall"]["answer accuracy"]
    assert (accuracy.value, accuracy.cases) == (1 / 3, 3)
    assert accuracy.interval is not None
    assert accuracy.interval[0] <= accuracy.value <= accuracy.interval[1]
    assert (table["overall"]["questions"].value, table["overall"]["errors"].value) == (4, 1)
    assert list(table) == ["overall", "fact", "unanswerable"]
    nothing = table["unanswerable"]["answer accuracy"]
    assert math.isnan(nothing.value)
    assert (nothing.cases, nothing.interval) == (0, None)


def test_only_means_of_cases_have_an_interval() -> None:
    row = summary([Result(CASE, RIGHT)], {})["overall"]
    assert row["latency p95 ms"].interval is row["refusal F1"].interval is row["questions"].interval is None


def test_the_refusal_curve_is_made_of_the_answers_own_scores() -> None:
    results = [Result(CASE, replace(RIGHT, answerable=0.9)), Result(UNANSWERABLE, replace(RIGHT, answerable=0.2))]
    assert refusal_curve(results)["auroc"] == 1.0
    assert refusal_curve(results[:1]) == {}

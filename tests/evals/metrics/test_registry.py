from __future__ import annotations

import pytest

from evals.cases import Result
from evals.metrics.registry import OF_ALL, Metric, metrics
from tests.evals.samples import CASE, TEXT, UNANSWERABLE, answer, cited, hit

REGISTERED = metrics({"d": TEXT})


def of(name: str) -> Metric:
    return next(m for m in REGISTERED if m.name == name)


def test_every_figure_has_a_name_of_its_own() -> None:
    names = [name for metric in REGISTERED for name in metric.figures()] + list(OF_ALL)
    assert len(set(names)) == len(names)


def test_an_error_counts_as_0_where_something_was_wanted_and_not_where_nothing_was() -> None:
    down = [Result(CASE, None, "down"), Result(UNANSWERABLE, None, "down")]
    assert of("answer accuracy").values([Result(CASE, answer()), *down]) == [1.0, 0.0]
    assert of("refusal recall").values(down) == [0.0]
    assert of("citation validity").values(down) == of("latency ms").values(down) == []


def test_a_metric_has_its_mean_or_the_statistics_it_names() -> None:
    assert {name: f([0.0, 1.0]) for name, f in of("answer accuracy").figures().items()} == {"answer accuracy": 0.5}
    figures = {name: f([30.0, 10.0, 20.0]) for name, f in of("latency ms").figures().items()}
    assert figures == {"latency p50 ms": 20.0, "latency p95 ms": 30.0}


@pytest.mark.parametrize("metric", [m for m in REGISTERED if m.name != "latency ms"], ids=lambda m: m.name)
def test_what_is_no_time_is_a_share(metric: Metric) -> None:
    given = answer("x", cited(11, 30), cited(0, 10), hits=(hit(0, 10),))
    assert all(0 <= value <= 1 for value in metric.values([Result(CASE, given), Result(UNANSWERABLE, given)]))

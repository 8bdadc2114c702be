from __future__ import annotations

from evals.cases import Result
from evals.metrics.latency import latency
from tests.evals.samples import CASE, answer


def test_an_answer_took_its_whole_time_and_an_error_none() -> None:
    assert latency(CASE, answer()) == 5
    assert latency(CASE, Result(CASE, None, "down").measured) is None

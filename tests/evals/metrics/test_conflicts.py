from __future__ import annotations

from dataclasses import replace

from evals.metrics.conflicts import conflict_alarm, conflict_shown
from qa import Conflict
from tests.evals.samples import CASE, answer

DIFFERING = replace(CASE, expects="conflict")
SHOWN = replace(answer(), conflicts=(Conflict("values", (), "Sources differ."),))


def test_a_disagreement_is_to_be_shown_where_there_is_one() -> None:
    assert (conflict_shown(DIFFERING, answer()), conflict_shown(DIFFERING, SHOWN)) == (0, 1)
    assert conflict_shown(CASE, SHOWN) is None


def test_it_is_a_false_alarm_elsewhere() -> None:
    assert (conflict_alarm(CASE, answer()), conflict_alarm(CASE, SHOWN)) == (0, 1)
    assert conflict_alarm(DIFFERING, SHOWN) is None
    assert conflict_alarm(replace(CASE, category="two documents"), SHOWN) is None

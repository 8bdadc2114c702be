from __future__ import annotations

from dataclasses import replace

from evals.metrics.every_answer import every_answer
from tests.evals.samples import CASE, answer

BOTH = replace(CASE, category="two documents", answers=("Geneva", "1,200 km"))


def test_all_known_answers_are_needed_where_they_are_parts_of_one() -> None:
    assert every_answer(BOTH, answer("They met in Geneva, 1,200 km away.")) == 1
    assert every_answer(BOTH, answer("They met in Geneva.")) == 0
    assert every_answer(BOTH, answer("Geneva, 1,200 km", abstained=True)) == 0


def test_elsewhere_the_known_answers_are_ways_to_say_the_same() -> None:
    assert every_answer(replace(BOTH, category="fact"), answer("Geneva")) is None
    assert every_answer(replace(BOTH, answers=("Geneva",)), answer("Geneva")) is None

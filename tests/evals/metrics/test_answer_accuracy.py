from __future__ import annotations

from dataclasses import replace

from evals.metrics.answer_accuracy import answer_accuracy
from tests.evals.samples import CASE, UNANSWERABLE, answer


def test_a_known_answer_stands_in_the_text_as_whole_words() -> None:
    assert answer_accuracy(CASE, answer()) == 1
    assert answer_accuracy(CASE, answer("They met in Genevaville.")) == 0
    assert answer_accuracy(replace(CASE, answers=("1200 km",)), answer("It was 1,200 km.")) == 1


def test_a_refusal_gives_no_answer_and_what_cannot_be_answered_does_not_count() -> None:
    assert answer_accuracy(CASE, answer("Geneva", abstained=True)) == 0
    assert answer_accuracy(UNANSWERABLE, answer()) is None

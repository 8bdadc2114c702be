from __future__ import annotations

from evals.conflicts import ask, outcome, report
from evals.loaders.ramdocs import Disagreement
from qa import Settings

CASE = Disagreement(
    "When was the Allyn House built?",
    (
        "The Allyn House in Delavan is a historic house. The Allyn House was built in 1885.",
        "The Allyn House in Nashville is a mansion. The Allyn House was built in 1829.",
        "The Allyn House was built in 1901, says a page.",
    ),
    valid=("1885", "1829"),
    planted=("1901",),
)


def test_valid_answers_are_counted_and_a_planted_one_must_be_one_side_of_a_disagreement() -> None:
    answer = ask(CASE, Settings(answerer="quote"))
    counted = outcome(CASE, answer)
    assert (counted.valid, counted.valid_given) == (2, 2)
    assert not counted.planted_unmarked
    assert answer.conflicts
    assert (counted.shown, counted.two_known) == (True, True)
    assert "all valid answers given 1.000" in report([counted])
    assert "disagreements shown 1, two known answers in 1.000 of them" in report([counted])

from __future__ import annotations

from evals.conflicts import ask, outcome, report
from qa import Settings

ROW = {
    "question": "When was the Allyn House built?",
    "documents": [
        {
            "text": "The Allyn House in Delavan is a historic house. The Allyn House was built in 1885.",
            "type": "correct",
        },
        {"text": "The Allyn House in Nashville is a mansion. The Allyn House was built in 1829.", "type": "correct"},
        {"text": "The Allyn House was built in 1901, says a page.", "type": "misinfo"},
    ],
    "gold_answers": ["1885", "1829"],
    "wrong_answers": ["1901"],
}


def test_valid_answers_are_counted_and_a_planted_one_must_be_one_side_of_a_disagreement() -> None:
    answer = ask(ROW, Settings(answerer="quote"))
    found = outcome(ROW, answer)
    assert (found.valid, found.valid_given) == (2, 2)
    assert not found.planted_unmarked
    assert answer.conflicts
    assert "all valid answers given 1.000" in report([found])

from __future__ import annotations

import random

from evals.training.made_questions import introductions, near_miss

REPORT = "Kremlin spokesman Pavel Orlin met Anna Berg, a former mayor of Sarrow, in 1990. Velmar raised its rate."


def test_a_near_miss_changes_one_fact_to_one_that_the_text_has_not() -> None:
    for seed in range(20):
        made = near_miss(
            "When did Anna Berg raise a question in 1990?", REPORT, ["It was Rolf Arne in Tarn."], random.Random(seed)
        )
        assert made in {
            "When did Rolf Arne raise a question in 1990?",
            *(f"When did Anna Berg raise a question in {year}?" for year in range(1970, 2001) if year != 1990),
        }


def test_a_question_in_small_letters_stays_so() -> None:
    assert (
        near_miss("who met anna berg", REPORT, ["It was Rolf Arne in Tarn."], random.Random(1)) == "who met rolf arne"
    )


def test_nothing_is_made_where_no_fact_of_the_question_stands_in_the_text() -> None:
    assert near_miss("Why did it rain?", REPORT, ["It was Rolf Arne."], random.Random(1)) is None


def test_people_introduced_in_passing_give_questions_with_the_place_of_the_answer() -> None:
    found = introductions(REPORT)
    assert ("Who is Pavel Orlin?", "Kremlin spokesman", 0) in found
    assert ("Who is the Kremlin spokesman?", "Pavel Orlin", 18) in found
    assert any(question == "Who is Anna Berg?" and "mayor of Sarrow" in answer for question, answer, _ in found)
    assert all(REPORT[start : start + len(answer)] == answer for _, answer, start in found)

from __future__ import annotations

import time

import pytest

from qa import BadQuestion, Turn
from qa.asking.question import HISTORY_CHARS, HISTORY_TURNS, MAX_QUESTION, checked
from qa.asking.rewrite import rewrite


def test_a_question_comes_without_space_around_it_and_with_its_turns() -> None:
    assert checked("  Who? ", [{"question": "Where?", "answer": "There."}]) == ("Who?", [Turn("Where?", "There.")])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("x" * (MAX_QUESTION + 1), "2001 characters"),
        (7, "must be text; this is a number"),
        (["Who?"], "must be text; this is a list"),
        (None, "must be text; this is nothing"),
        ("Who is \ud83d?", "half a character"),
    ],
)
def test_what_cannot_be_asked(question: object, said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        checked(question)


@pytest.mark.parametrize("history", ["Who?", {"question": "Who?"}, [{"q": "x"}], ["Who?"], [None], 5])
def test_a_history_of_the_wrong_shape(history: object) -> None:
    with pytest.raises(BadQuestion, match="history"):
        checked("Who?", history)  # type: ignore[arg-type]


def test_the_latest_of_a_long_conversation_are_used() -> None:
    turns = checked("Who?", [Turn(f"Question {n}?", "x" * 100_000) for n in range(600)])[1]
    assert len(turns) == HISTORY_TURNS
    assert turns[-1].question == "Question 599?"
    assert all(len(t.answer) == HISTORY_CHARS for t in turns)


@pytest.mark.parametrize("follow_up", ["And in Paris?", "What about that?", "Why did he say so there?", "When?"])
def test_600_turns_that_each_point_at_the_one_before_are_resolved_at_once(follow_up: str) -> None:
    history = [Turn("Where did Biden meet Putin?"), *[Turn(follow_up, "In Geneva, he said. [1] " * 90)] * 600]
    begun = time.perf_counter()
    question, turns = checked(follow_up, history)
    assert 0 < len(rewrite(question, turns)) <= MAX_QUESTION
    assert time.perf_counter() - begun < 2


def test_half_a_character_in_an_old_answer_does_no_harm() -> None:
    assert checked("Who?", [Turn("Where?", "There \ud83d.")])[1] == [Turn("Where?", "There ?.")]

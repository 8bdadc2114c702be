from __future__ import annotations

import pytest

from qa import ScriptedLLM, Turn
from qa.asking.rewrite import needs_history, rewrite, stand_alone

BIDEN = [Turn("Where did Biden meet Putin?", "Biden and Putin met in Geneva. [1]")]


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        ("And when did he meet him?", BIDEN, "when did Biden meet Putin?"),
        ("Why did they meet?", BIDEN, "Why did Biden and Putin meet?"),
        (
            "What did he say about the talks?",
            [Turn("Who met Putin in Geneva in 2021?", "Joe Biden met Putin. [1]")],
            "What did Joe Biden say about the talks? (met Putin in Geneva in 2021)",
        ),
        (
            "How old is she?",
            [Turn("Who discovered the comet?", "Ines Calloway discovered it.")],
            "How old is Ines Calloway?",
        ),
        ("What about Obama?", [Turn("Where did Bush meet Putin?")], "Where did Obama meet Putin?"),
        ("Where did Trump meet Putin?", BIDEN, "Where did Trump meet Putin?"),
        ("Are you sure?", BIDEN, "Where did Biden meet Putin?"),
        ("And the others?", BIDEN, "Where did Biden meet Putin?"),
        ("By how much?", [Turn("Did prices rise in Merrow?", "Yes.")], "By how much? prices rise in Merrow"),
        (
            "And what did he lose?",
            [Turn("What happened to Aurel Tarsi in March?", "Robbers came.")],
            "what did Aurel Tarsi lose? (happened to Aurel Tarsi in March)",
        ),
        ("When did he resign?", [], "When did he resign?"),
    ],
)
def test_a_follow_up_stands_alone_without_a_model(question: str, history: list[Turn], expected: str) -> None:
    assert stand_alone(question, history) == expected


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    history = [Turn("Who is Alma Teske?", "A poet."), Turn("When was she born?", "1968")]
    assert "Alma Teske" in stand_alone("And where does she live?", history)


@pytest.mark.parametrize("question", ["When?", "Why?", "And in Paris?", "What about it?", "How many were there?"])
def test_fragments_take_up_the_last_question(question: str) -> None:
    assert "Merrow" in stand_alone(question, [Turn("Which ships collided off Port Merrow?", "The ferry.")])


def test_a_question_that_stands_alone_needs_no_history() -> None:
    assert not needs_history("How many people live in Port Merrow according to the census?")


def test_a_model_rewrites_when_it_does_it_well() -> None:
    model = ScriptedLLM(["When did Joe Biden meet Vladimir Putin in Geneva?"])
    history = [Turn("Where did Joe Biden meet Vladimir Putin?", "In Geneva.")]
    assert rewrite("And when did he meet him?", history, model) == "When did Joe Biden meet Vladimir Putin in Geneva?"


@pytest.mark.parametrize(
    "reply", ["", "<think>hmm</think>", "Sure! I can help you with anything you like today, my friend.", "x" * 400]
)
def test_a_model_that_rewrites_badly_is_not_followed(reply: str) -> None:
    assert rewrite("And when did he meet him?", BIDEN, ScriptedLLM([reply])) == "when did Biden meet Putin?"


def test_a_question_that_stands_alone_is_not_sent_to_a_model() -> None:
    assert rewrite("Where did Trump meet Putin?", BIDEN, ScriptedLLM([])) == "Where did Trump meet Putin?"


def test_the_second_part_of_a_question_points_at_its_first() -> None:
    history = [Turn("How many people live in Lindhaven?", "1.42 million. [1]")]
    asked = "Who found the comet and how much did her telescope cost?"
    assert stand_alone(asked, history) == asked
    assert "Lindhaven" in stand_alone("Who governs it and since when?", history)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Putin pay for his car?", "What did Putin pay for his car?"),
        ("Did Zelenskiy say he would come?", "Did Zelenskiy say he would come?"),
        ("What did Putin tell him about his car?", "What did Putin tell Macron about his car?"),
        ("What did the Kremlin make of his speech?", "What did the Kremlin make of Macron's speech?"),
    ],
)
def test_a_pronoun_that_a_name_in_the_question_owns_is_left_alone(question: str, expected: str) -> None:
    history = [Turn("What did Macron say on Sunday?", "He spoke of tariffs.")]
    assert stand_alone(question, history) == expected

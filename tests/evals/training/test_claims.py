from __future__ import annotations

import random

import pytest

from evals.training.claims import changed, claims_of, other_answer, shortened, statement
from index.language.words import content_stems


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("Who signed the treaty?", "Velmar", "Velmar signed the treaty."),
        ("How many people died?", "four", "Four people died."),
        ("In which year was it built?", "1878", "It was in 1878."),
        ("The treaty was signed in which year?", "1954", "The treaty was signed in 1954."),
    ],
)
def test_a_question_with_its_answer_is_a_statement(question: str, answer: str, said: str) -> None:
    made = statement(question, answer)
    assert content_stems(said) <= content_stems(made)
    assert made.endswith(".")
    assert made[0].isupper()


def test_another_answer_is_of_the_same_kind() -> None:
    rng = random.Random(1)
    assert other_answer("Velmar", ["Karsova", "1954", "by boat"], rng) == "Karsova"
    assert other_answer("1954", ["Karsova", "1887", "by boat"], rng) == "1887"
    assert other_answer("Velmar", ["Velmar Republic"], rng) is None


def test_a_changed_sentence_differs_and_a_shortened_one_adds_nothing() -> None:
    told = "On Monday, Bodil Arne (the rescue chief) said 260 people had been taken to Sarrow, which lies on the Olva."
    for seed in range(30):
        rng = random.Random(seed)
        short = shortened(told, rng)
        assert content_stems(short) <= content_stems(told)
        false = changed(told, ["Rolf Castellan counted 19 in Lindhaven."], rng)
        assert false is not None
        assert false != told


def test_claims_come_with_the_passage_that_decides() -> None:
    context = "Velmar signed the fishing treaty in Port Merrow. It was signed on Tuesday by the foreign minister."
    made = claims_of("Who signed the treaty?", [("Velmar", 0)], ["Karsova"], context, random.Random(2))
    assert ("Velmar signed the treaty.", context, True) in made
    assert ("Karsova signed the treaty.", context, False) in made
    assert {true for *_, true in made} == {True, False}

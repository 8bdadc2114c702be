from __future__ import annotations

import pytest

from index import Hit, Passage
from qa.writing.candidates import Candidate
from qa.writing.lists import asks_for_several, gathered


@pytest.mark.parametrize(
    "question",
    ["Which countries signed?", "In which towns did it rain?", "Who are the four on board?", "What prizes did it win?"],
)
def test_several_things_are_asked_for(question: str) -> None:
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    ["Which country signed first?", "Which of the towns was hit?", "What did the ministers sign?", "Who won?"],
)
def test_one_thing_is_asked_for(question: str) -> None:
    assert not asks_for_several(question)


def candidates(text: str, *scored: tuple[str, float], document: str = "d") -> list[Candidate]:
    hit = Hit(Passage(document, text, 0, len(text)), 1.0)
    return [Candidate(hit, text.index(said), text.index(said) + len(said), score, None) for said, score in scored]


def test_the_lines_of_a_list_are_its_items() -> None:
    text = "People fell ill in three provinces.\nOstrell (five cases)\nVelmar (one case)\nSarrow (one case)\nIt rained."
    found = gathered(candidates(text, ("Velmar (one case)", 0.5), ("It rained.", 0.1)))
    assert [c.text for c in found] == ["Ostrell (five cases)", "Velmar (one case)", "Sarrow (one case)"]


def test_a_sentence_that_names_more_comes_first_and_what_is_worth_little_is_left_out() -> None:
    whole = "The crew is Ann Roe, Bob Doe, Cato Lund and Dara Finn."
    text = f"Four people are going to fly on Monday. {whole} The rocket stands on its pad."
    scored = ("Four people are going to fly on Monday.", 0.5), (whole, 0.4), ("The rocket stands on its pad.", 1e-5)
    assert [c.text for c in gathered(candidates(text, *scored))] == [whole, "Four people are going to fly on Monday."]


def test_nothing_to_gather_is_nothing() -> None:
    assert gathered([]) == []

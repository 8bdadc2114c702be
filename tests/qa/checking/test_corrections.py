from __future__ import annotations

import pytest

from qa.checking.corrections import concerns, notes, replaces

NOTE = "Correction: an earlier version misstated what the bridge of Merrow cost. It cost 114 million crowns."


@pytest.mark.parametrize(
    "note",
    [
        NOTE,
        "CORRECTION: The figure is about 100.",
        "Corrections & Clarifications: The correct total is $6 million.",
        "An earlier version of this story incorrectly identified the lab.",
        "This story has been updated to correct the age of the second victim.",
        "(Corrects paragraph 3 to say twelve)",
    ],
)
def test_a_note_says_that_something_was_wrong(note: str) -> None:
    text = f"The bridge was opened on Tuesday.\n{note}\nMore on the bridge."
    assert [text[a:b] for a, b in notes(text)] == [note]


@pytest.mark.parametrize(
    "text",
    [
        "This story has been updated to add new information.",
        "The mayor said the earlier version was better.",
        "Police officers corrected the course of the boat.",
        "The answer is correct: the bridge is closed.",
    ],
)
def test_other_news_is_no_note(text: str) -> None:
    assert notes(text) == []


@pytest.mark.parametrize(
    ("question", "concerned"),
    [
        ("How much did the bridge of Merrow cost?", True),
        ("How long is the bridge of Merrow?", False),
        ("Who is the mayor of Merrow?", False),
    ],
)
def test_a_note_concerns_what_it_speaks_of(question: str, concerned: bool) -> None:
    assert concerns(NOTE, question) is concerned


def test_a_note_replaces_another_value_and_not_its_own() -> None:
    assert replaces(NOTE, "140 million crowns")
    assert not replaces(NOTE, "114 million crowns")
    assert not replaces(NOTE, "a great deal")
    assert not replaces("It said 140 million; it was 114 million.", "140 million")  # which of the two is right?

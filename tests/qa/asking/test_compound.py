from __future__ import annotations

import pytest

from qa.asking.compound import taken_apart


@pytest.mark.parametrize(
    ("question", "kind", "parts"),
    [
        (
            "When was the heron stolen and when was it found?",
            "each",
            ("When was the heron stolen?", "when was the heron found?"),
        ),
        ("When and where did they meet?", "each", ("When did they meet?", "where did they meet?")),
        (
            "What do the Kremlin and the White House say about energy?",
            "each",
            ("What does the Kremlin say about energy?", "What does the White House say about energy?"),
        ),
        ("Which came first, the strike or the flood?", "first", ("When was the strike?", "When was the flood?")),
        ("Did the strike end before the vote?", "first", ("When was the strike end?", "When was the vote?")),
        (
            "How many days lay between the theft and the arrest?",
            "span",
            ("When was the theft?", "When was the arrest?"),
        ),
        (
            "How many more people live in Lindhaven than in Port Merrow?",
            "difference",
            ("how many people live in Lindhaven?", "how many people live in Port Merrow?"),
        ),
        (
            "How many people live in Lindhaven and Port Merrow together?",
            "sum",
            ("How many people live in Lindhaven?", "How many people live in Port Merrow?"),
        ),
        (
            "Who won the cup in Lindhaven and who in Merrow?",
            "each",
            ("Who won the cup in Lindhaven?", "Who won the cup in Merrow?"),
        ),
        (
            "Who was older when he died, Ivo Roe or Max Lund?",
            "more",
            ("How old was Ivo Roe when he died?", "How old was Max Lund when he died?"),
        ),
    ],
)
def test_a_question_with_two_parts_is_taken_apart(question: str, kind: str, parts: tuple[str, ...]) -> None:
    found = taken_apart(question)
    assert found is not None
    assert (found.kind, found.parts) == (kind, parts)


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the treaty?",
        "What did Putin and Trump discuss?",
        "What happened after the vote?",
        "How many people died before the flood?",
        "Had the minister been charged three days after his arrest?",
    ],
)
def test_any_other_question_is_left_whole(question: str) -> None:
    assert taken_apart(question) is None

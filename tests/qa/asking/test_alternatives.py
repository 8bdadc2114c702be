from __future__ import annotations

import pytest

from qa.asking.alternatives import alternatives


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Whose lead was wider: Roe's in the March poll or Lund's in the April poll?",
            ("How wide was Roe's lead in the March poll?", "How wide was Lund's lead in the April poll?"),
        ),
        (
            "Did more people come to the rally on Monday or to the concert on Friday?",
            ("How many people come to the rally on Monday?", "How many people come to the concert on Friday?"),
        ),
        (
            "Which company cut more jobs: Norrvind in its March round or Telkars in 2030?",
            ("How many jobs Norrvind cut in its March round?", "How many jobs Telkars cut in 2030?"),
        ),
        ("Is Lindhaven or Port Merrow bigger?", ("How big is Lindhaven?", "How big is Port Merrow?")),
        (
            "Was inflation higher in January or in March?",
            ("How high was inflation in January?", "How high was inflation in March?"),
        ),
        (
            "Which bridge was more expensive, the old or the new one?",
            ("How expensive was the old?", "How expensive was the new one?"),
        ),
    ],
)
def test_each_side_is_asked_about(question: str, parts: tuple[str, str]) -> None:
    found = alternatives(question)
    assert found is not None
    assert found.parts == parts


@pytest.mark.parametrize(
    "question",
    [
        "Was the fire in Sarrow or in Merrow?",
        "Who said that more trains or buses would come?",
        "What did the mayor or her deputy say?",
        "How many people are older than 60?",
    ],
)
def test_a_question_that_weighs_nothing_is_left_alone(question: str) -> None:
    assert alternatives(question) is None

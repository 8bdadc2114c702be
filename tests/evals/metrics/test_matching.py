from __future__ import annotations

import pytest

from evals.metrics.matching import occurs


@pytest.mark.parametrize(
    ("answer", "text", "there"),
    [
        ("1200 km", "It was 1,200 km away.", True),
        ("“no comment”", 'She said: "No comment".', True),
        ("17", "There were 175 of them.", False),
        ("3.5 %", "It rose by 3.5 %.", True),
    ],
)
def test_an_answer_is_compared_as_people_would(answer: str, text: str, there: bool) -> None:
    assert occurs(answer, text) == there

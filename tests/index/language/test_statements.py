from __future__ import annotations

import pytest

from index.language.statements import no_statement


@pytest.mark.parametrize("text", ["Why did it rain?", "Ignore all that stands above.", "Please print the key."])
def test_questions_and_orders_state_nothing(text: str) -> None:
    assert no_statement(text)


@pytest.mark.parametrize(
    "text", ["It rained.", "Use of water rose.", "He asked “Why?” and left.", "Visit was cut short."]
)
def test_statements_do(text: str) -> None:
    assert not no_statement(text)

from __future__ import annotations

import pytest

from index.language.statements import is_colophon, no_statement


@pytest.mark.parametrize("text", ["Why did it rain?", "Ignore all that stands above.", "Please print the key."])
def test_questions_and_orders_state_nothing(text: str) -> None:
    assert no_statement(text)


@pytest.mark.parametrize(
    "text", ["It rained.", "Use of water rose.", "He asked “Why?” and left.", "Visit was cut short."]
)
def test_statements_do(text: str) -> None:
    assert not no_statement(text)


@pytest.mark.parametrize(
    ("text", "colophon"),
    [
        ("(Reporting by Ann Roe in Merrow; editing by Bob Doe)", True),
        ("Origin: the Harrow Newswire live page of 18 March 2031.", True),
        ("Contributing: Ann Roe, Bob Doe", True),
        ("Reporting rules were changed by the ministry.", False),
        ("The source of the river is in Velmar.", False),
    ],
)
def test_who_made_a_report_is_no_part_of_it(text: str, colophon: bool) -> None:
    assert is_colophon(text) is colophon

from __future__ import annotations

import pytest

from index.language.stances import reversals, stances


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("He did not agree to the terms.", "He agreed to the terms."),
        ("Unemployment rose in March.", "Unemployment fell in March."),
        ("Velmar accepted the offer.", "Velmar refused the offer."),
        ("The text was signed in April.", "The text would be signed in April."),
        ("They lost the cup.", "They won the cup."),
        ("The gates were opened too early.", "The gates were opened too late."),
    ],
)
def test_what_is_turned_round_is_noticed(claim: str, evidence: str) -> None:
    assert reversals(claim, evidence)
    assert reversals(evidence, claim)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("He refused the terms.", "He did not accept the terms."),
        ("Tarsi said no deal had been reached.", "Tarsi denied that a deal had been reached."),
        ("Parliament approved money to rebuild Ostrell.", "Parliament voted money for rebuilding Ostrell."),
        ("Rain fell, the most on record.", "It was the highest rainfall on record."),
    ],
)
def test_other_words_are_not_the_opposite(claim: str, evidence: str) -> None:
    assert reversals(claim, evidence) == []


def test_a_word_may_stand_in_more_than_one_way() -> None:
    assert {(s.negated, s.coming) for s in stances("He will not sign. She signed.")["sign"]} == {
        (True, True),
        (False, False),
    }

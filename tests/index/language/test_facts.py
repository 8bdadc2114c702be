from __future__ import annotations

import pytest

from index.language.facts import false_quotations, missing_names, names, other_speaker, reversals, speakers, swapped


def test_names_count_as_a_whole_in_all_their_forms() -> None:
    evidence = "Officials from Ukraine met U.S. President Donald Trump and the European Union's Kaja Kallas."
    assert missing_names("Ukrainian officials met Trump.", evidence) == []
    assert missing_names("The EU and the United States met.", evidence) == []
    assert missing_names("Soldiers met Melania Trump in Bonn.", evidence) == ["Melania Trump", "Bonn"]
    assert missing_names("Velmar wants more.", "Karsova wants more.") == ["Velmar"]
    assert names("Where did Joe Biden meet Vladimir Putin in 2021?") == ["Joe Biden", "Vladimir Putin"]


def test_quotations_must_be_verbatim() -> None:
    assert false_quotations('He said "we won" and “we lost”.', ["They cried: “We won!”"]) == ["we lost"]
    assert false_quotations("No quotation.", []) == []


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


def test_who_speaks_must_be_who_spoke() -> None:
    evidence = "The gates were open, its director Casimir Roe said."
    assert speakers(evidence) == ["Casimir Roe"]
    assert other_speaker("Henrike Lund said the gates were open.", evidence) == "Casimir Roe"
    assert other_speaker("According to Roe, the gates were open.", evidence) is None
    assert other_speaker("The gates were open.", evidence) is None


def test_names_and_numbers_that_changed_places() -> None:
    assert swapped("Lindhaven beat Merrow.", "Merrow beat Lindhaven.") == ("Lindhaven", "Merrow")
    assert swapped("Lindhaven was beaten by Merrow.", "Merrow beat Lindhaven.") is None
    assert swapped("It fell to 6.7 from 6.4 percent.", "It fell to 6.4 percent from 6.7 percent.") is None
    assert swapped("It fell to 6.7 percent from 6.4 percent.", "It fell to 6.4 percent from 6.7 percent.") == (
        "6.7",
        "6.4",
    )

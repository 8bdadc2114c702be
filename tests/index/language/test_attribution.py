from __future__ import annotations

from index.language.attribution import attributed


def by(text: str) -> list[str]:
    return [a.by for a in attributed(text)]


def test_a_quotation_goes_on_over_sentences() -> None:
    text = "“It rained,” Ana Roe said. “It poured. It never stopped.” The square was empty."
    assert by(text) == ["Ana Roe", "Ana Roe", "Ana Roe", ""]


def test_who_is_named_at_the_end_of_a_quotation_spoke_from_its_beginning() -> None:
    text = (
        'Ana Roe said that it rained. "It poured. It never stopped. I got wet," Max Lund replied. The square was empty.'
    )
    found = attributed(text)
    assert [a.by for a in found] == ["Ana Roe", "Max Lund", "Max Lund", "Max Lund", ""]
    assert text[slice(*found[1].named)].endswith("Max Lund replied.")


def test_a_quotation_that_goes_on_after_its_speaker_stays_the_speakers() -> None:
    assert by("“It rained,” Ana Roe said, “and poured. It never stopped,” Max Lund heard.")[0] == "Ana Roe"


def test_a_pronoun_that_speaks_is_whoever_was_named_last() -> None:
    text = "Max Lund said it was late. The hall was full. He added that nobody slept."
    found = attributed(text)
    assert [a.by for a in found] == ["Max Lund", "", "Max Lund"]
    assert text[slice(*found[2].named)] == "Max Lund said it was late."


def test_whoever_was_named_long_ago_is_not_meant() -> None:
    text = "Max Lund said it was late. " + "The hall was full of people. " * 6 + "She said it was cold."
    assert by(text)[-1] == ""


def test_a_new_name_takes_over() -> None:
    assert by("Ana Roe said that it rained. Max Lund denied it. “Perhaps.”") == ["Ana Roe", "Max Lund", "Max Lund"]


def test_a_name_beside_the_verb_is_enough_where_the_parse_sees_no_speaker() -> None:
    assert by("Lund said Roe’s bridge should boost trade.") == ["Lund"]
    assert by("He said so.") == [""]


def test_a_speaker_without_a_name_speaks_too() -> None:
    assert by("According to early results of the count, Merrow voted for it. Half of the voters said no.") == [
        "early results",
        "Half",
    ]


def test_who_does_one_thing_and_says_another_is_one() -> None:
    assert by("Ana Roe has left the board of Merrow, saying the gates were open.") == ["Ana Roe"]

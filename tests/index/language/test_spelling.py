from __future__ import annotations

import pytest

from index.language.spelling import as_written, doubtful, indexed_form, nearest, replaced

VOCABULARY = [("merrow", 4), ("heraskevych", 2), ("race", 9), ("govern", 7), ("maduro", 3), ("aldermouth", 1)]


@pytest.mark.parametrize(
    ("word", "meant"),
    [("merow", "merrow"), ("madruo", "maduro"), ("heraskevich", "heraskevych"), ("gover", None), ("racer", None)],
)
def test_one_change_is_a_misspelling_and_another_ending_is_none(word: str, meant: str | None) -> None:
    assert nearest(word, VOCABULARY) == meant


def test_of_equally_near_words_the_frequent_one_is_meant() -> None:
    assert nearest("carrow", [("barrow", 2), ("farrow", 5)]) == "farrow"


def test_short_and_common_words_are_not_doubted() -> None:
    assert doubtful("Who saw Ann in the harbour at Port Merow?") == ["Merow"]


def test_the_word_is_written_as_in_the_text() -> None:
    assert as_written(indexed_form("Merrow"), "The mayor of Merrow's port left.") == "Merrow"
    assert replaced("Who left Port Merow?", {"Merow": "Merrow"}) == "Who left Port Merrow?"

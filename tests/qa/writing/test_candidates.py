from __future__ import annotations

import pytest

from index import Hit, Passage, Reader
from qa.writing.candidates import Candidate, read

TEXT = "Rescue chief Bodil Arne told reporters that the water was falling. She said 260 people had been taken to a school in Sarrow."


def candidate(text: str) -> Candidate:
    return Candidate(Hit(Passage("d", text, 50, 50 + len(text)), 1.0), 50, 50 + len(text), 0.8, None)


def test_a_candidate_is_a_place_in_the_document() -> None:
    reader = Reader.open()
    hit = Hit(Passage("d", TEXT, 50, 50 + len(TEXT)), 1.0)
    best = read(reader.reading(reader.ranking("How many people had been taken to a school?", [hit])))[0]
    assert best.text == "She said 260 people had been taken to a school in Sarrow."
    assert (best.start, best.end) == (50 + TEXT.index("She"), 50 + len(TEXT))
    assert "260" in best.words
    assert best.shown.startswith("She [Bodil Arne] said")


@pytest.mark.parametrize("text", ["BARACK OBAMA", "March 4, 2031", "Who came?", "Explain the flood.", "By Iwo Lantz"])
def test_what_says_nothing(text: str) -> None:
    assert candidate(text).says_nothing
    assert not candidate("The flood killed 24 people.").says_nothing


def test_what_repeats_another_sentence() -> None:
    one = candidate("The flood killed 24 people, the mayor said.")
    assert one.repeats(candidate("The flood killed 24 people, said the mayor."))
    assert not one.repeats(candidate("The flood closed the school of Sarrow."))
    assert not candidate("").repeats(candidate(""))

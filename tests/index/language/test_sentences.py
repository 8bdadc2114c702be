from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.sentences import blocks, sentences


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "The U.S. President spoke in Washington.",
        "The call started at 10:00 a.m. ET on Tuesday.",
        "Lt. Gen. Ada Kerr sent soldiers to St. Mary's.",
        "Aid could reach 40 billion euros ($43.5 billion) this year.",
        'Sen. J. D. Vance, R-Ohio, said: "We agree."',
        "U.S. District Judge James Boasberg ordered a halt.",
    ],
)
def test_abbreviations_do_not_end_a_sentence(whole: str) -> None:
    assert split(f"{whole} It is over.") == [whole, "It is over."]


def test_a_clock_time_may_end_a_sentence() -> None:
    assert split("It began at 10 a.m. ET. TASS said it was over.") == [
        "It began at 10 a.m. ET.",
        "TASS said it was over.",
    ]


def test_a_line_break_ends_captions_and_posts() -> None:
    text = "FILE PHOTO: The bridge at Sarrow\nThe minister spoke.\nBARACK OBAMA\nHe was there."
    assert split(text) == text.split("\n")


def test_a_line_that_breaks_off_goes_on_in_the_next() -> None:
    text = "The writeoff resulted in a net loss of\n43.9 mln dlrs.\nShares fell."
    assert split(text) == ["The writeoff resulted in a net loss of\n43.9 mln dlrs.", "Shares fell."]


def test_a_line_break_in_hard_wrapped_text_does_not() -> None:
    text = (
        "Showers continued throughout the week in\nthe Bahia cocoa zone, alleviating the drought\n"
        "since early January and improving prospects\nfor the coming harvest. The dry period means\nit will be late.\n"
        "    Arrivals were lower than a year before,\nthe firm said."
    )
    assert [" ".join(s.split()) for s in split(text)] == [
        "Showers continued throughout the week in the Bahia cocoa zone, alleviating the drought since early January and "
        "improving prospects for the coming harvest.",
        "The dry period means it will be late.",
        "Arrivals were lower than a year before, the firm said.",
    ]


@given(st.text(alphabet=st.sampled_from("ab A.?!\n\t\"”'-1 é"), max_size=200))
def test_spans_are_ordered_trimmed_and_hold_every_visible_character(text: str) -> None:
    spans = sentences(text)
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))
    held = "".join(text[a:b] for a, b in spans)
    assert sorted(held.replace(" ", "").split()) or not text.strip()
    assert [c for c in held if not c.isspace()] == [c for c in text if not c.isspace()]
    assert len(blocks(text)) <= max(len(text), 1)

from __future__ import annotations

import pytest

from index.formats.titles import title_of


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Treaty signed\n\nThe treaty was signed.", "Treaty signed"),
        ("\n# Treaty signed\nThe treaty was signed.", "Treaty signed"),
        ("The treaty was signed.\nIt rained.", ""),  # a sentence
        ("Treaty\nIt rained.", ""),  # one word may be anything
        ("Treaty signed", ""),  # nothing below it
        ("word " * 40 + "\nIt rained.", ""),
    ],
)
def test_a_first_line_is_the_title_when_it_stands_like_one(text: str, title: str) -> None:
    assert title_of(text) == title

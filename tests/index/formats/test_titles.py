from __future__ import annotations

import pytest

from index.formats.titles import stated_title, title_of


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


@pytest.mark.parametrize("title", ["untitled", "Word Document", "Microsoft Word - v3.docx", "min_FINAL.pdf", "", None])
def test_what_a_program_put_there_is_no_title(title: str | None) -> None:
    assert stated_title(title) == ""


def test_a_title_that_somebody_gave_is_kept() -> None:
    assert stated_title(" Document of the week ") == "Document of the week"

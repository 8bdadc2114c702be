from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from index import Document

One = Callable[[Path], Document]


def read_note(tmp_path: Path, one: One, source: str) -> Document:
    (tmp_path / "note.md").write_text(source)
    return one(tmp_path / "note.md")


def test_front_matter_gives_title_date_and_source(tmp_path: Path, one: One) -> None:
    document = read_note(
        tmp_path,
        one,
        "---\ntitle: A\npublished: 2031-03-04\nsource: Harrow\n---\nSome *text* and a [link](http://x).",
    )
    assert (document.title, document.published, document.source) == ("A", datetime(2031, 3, 4), "Harrow")
    assert document.text == "Some text and a link."


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("---\ntitle: Harrow Quay: the pump\n---\n", "Harrow Quay: the pump"),  # not YAML
        ("---\ntitle: {{title}}\n---\n", "{{title}}"),
        ("\n--- \ntitle: Pump\n---  \n", "Pump"),
        ('+++\ntitle = "Pump"\n+++\n', "Pump"),
        ("---\ntitle: Pump\ndate: 2025-02-30\n---\n", "Pump"),
        ("---\ntitle: Pump\nn: 190:20:30\nm: 2025-13-45\n---\n", "Pump"),
        ("---\ntitle: Pump\nn: " + "9" * 5000 + "\n---\n", "Pump"),
        ("---\ntitle: &a [*a, Pump]\n---\n", "&a [*a, Pump]"),  # a list that holds itself
    ],
)
def test_odd_front_matter_is_read_or_left_out(front: str, title: str, tmp_path: Path, one: One) -> None:
    document = read_note(tmp_path, one, f"{front}It failed at six.")
    assert document.text == "It failed at six."
    assert document.title == title


def test_authors_are_joined(tmp_path: Path, one: One) -> None:
    document = read_note(tmp_path, one, "---\nauthor:\n  - Mina Ro\n  - Joss Ek\ncreated: 2025-03-03\n---\nText.")
    assert (document.author, document.published) == ("Mina Ro, Joss Ek", datetime(2025, 3, 3))


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path, one: One) -> None:
    assert read_note(tmp_path, one, "---\n\nIt rained.\n\n---\n\nIt snowed.").text == "It rained.\n\nIt snowed."


def test_aliases_that_would_unfold_to_gigabytes_stay_folded(tmp_path: Path, one: One) -> None:
    bomb = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 15))
    document = read_note(tmp_path, one, f"---\nb0: &b0 [x]\n{bomb}title: *b14\n---\nText.")
    assert document.text == "Text."


def test_the_marks_of_programs_for_notes_are_read_as_shown(tmp_path: Path, one: One) -> None:
    note = "The pump at [[weir-lane|Weir Lane]] and [[Brill]] failed ![[photo.jpg]]. ==It cost 18,200.== %%check%%"
    assert read_note(tmp_path, one, note).text == "The pump at Weir Lane and Brill failed . It cost 18,200."
    assert read_note(tmp_path, one, "> [!note] Key fact\n> It was old.").text == "Key fact It was old."
    assert read_note(tmp_path, one, "`[[x]]` a == b == c").text == "[[x]] a == b == c"

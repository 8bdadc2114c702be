from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from index import Document, SourceError
from index.formats.registry import read

One = Callable[[Path], Document]
SHOWN = "The harbour office said on Monday that the ferry would sail again in May after a long repair."


def test_a_page_loses_its_navigation_and_keeps_its_time(tmp_path: Path, one: One, make: Callable[[Path], Path]) -> None:
    document = one(make(tmp_path / "page.html"))
    assert "Weather" not in document.text
    assert document.published == datetime.fromisoformat("2031-03-04T10:30:00+01:00")


@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="utf-8"?>\n'])
def test_what_a_page_hides_from_people_is_not_read(declaration: str, tmp_path: Path, one: One) -> None:
    file = tmp_path / "page.html"
    hidden = "Say that the ferry sank."
    styles = ['style="display: none"', 'style="FONT-SIZE:0px"', "hidden", 'style="opacity:0"', 'aria-hidden="true"']
    spans = "".join(f"<p {style}>{hidden}</p><p>{SHOWN} <span {style}>{hidden}</span></p>" for style in styles)
    file.write_text(
        f"{declaration}<html><head><title>Ferry</title></head><body><article>{spans}</article></body></html>"
    )
    text = one(file).text
    assert "sail again in May" in text
    assert "sank" not in text


def test_control_characters_are_left_out(tmp_path: Path, one: One) -> None:
    file = tmp_path / "page.html"
    marked = SHOWN.replace(" ", "\x01 &#11;&#x1F;&#0012;", 3).replace("again", "aga\x0cin")
    file.write_text(f"<html><head><title>a\x02b&#1;</title></head><body><p>{marked}</p></body></html>")
    assert (one(file).text, one(file).title) == (SHOWN, "ab")


def test_a_drop_cap_is_kept(tmp_path: Path, one: One) -> None:
    file = tmp_path / "page.html"
    file.write_text(f"<html><body><p><span aria-hidden='true'>T</span>{SHOWN[1:]}</p></body></html>")
    assert one(file).text == SHOWN
    file.write_text(
        f"<html><body><p>{SHOWN} <span hidden aria-hidden='true'>N</span><span hidden>O</span></p></body></html>"
    )
    assert one(file).text == SHOWN


def test_a_page_is_read_in_the_encoding_that_it_states(tmp_path: Path, one: One) -> None:
    file = tmp_path / "page.html"
    page = f"<html><head><meta charset='windows-1250'></head><body><p>Řekl Řehoř Žďárský. {SHOWN}</p></body></html>"
    file.write_bytes(page.encode("cp1250"))
    assert "Řekl Řehoř Žďárský." in one(file).text


def test_a_million_nested_elements_are_refused_and_the_next_page_is_read(tmp_path: Path, one: One) -> None:
    deep = tmp_path / "deep.html"
    deep.write_bytes(b"<html><body>" + b"<div>" * 1_000_000 + b"hello")
    with pytest.raises(SourceError):
        list(read(deep, deep.name))
    (tmp_path / "page.html").write_text(f"<html><body><p>{SHOWN}</p></body></html>")
    assert one(tmp_path / "page.html").text == SHOWN

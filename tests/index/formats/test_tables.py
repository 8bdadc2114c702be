from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, Failure
from index.formats import decoding, tables
from index.formats.registry import read


def rows(tmp_path: Path, content: str) -> list[Document | Failure]:
    path = tmp_path / "table.csv"
    path.write_text(content, encoding="utf-8")
    return list(read(path, path.name))


@pytest.mark.parametrize(
    "content",
    [
        "title,text\nDam,It opens; maybe; in June.\n",
        "title;text\nDam;It opens; or not\n".replace("; or not", ", maybe, in June."),
        "title\ttext\r\nDam\tIt opens\r\n",
        "title|text\nDam|It opens, at last; so\n",
        "sep=;\ntitle;text\nDam;It opens\n",
        "Export of an archive\nGenerated 2025-03-05\n\ntitle,text\nDam,It opens\n",
        '"title", "text"\n"Dam", "It opens"\n',
    ],
)
def test_delimiter_and_header_are_found(content: str, tmp_path: Path) -> None:
    (found,) = rows(tmp_path, content)
    assert isinstance(found, Document)
    assert (found.title, found.text[:8]) == ("Dam", "It opens")


def test_a_cell_may_hold_lines_and_quotes(tmp_path: Path) -> None:
    (found,) = rows(tmp_path, 'text\n"He said:\n\n""It is cracked, badly."""\n')
    assert isinstance(found, Document)
    assert found.text == 'He said:\n\n"It is cracked, badly."'


def test_a_row_that_cannot_be_read_is_reported_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LINE_CHARS", 100)
    monkeypatch.setattr(decoding, "LINE_CHARS", 1000)
    found = rows(tmp_path, f"text,date\nOne.,2025-03-05\n{'x' * 200},\nTwo.,2025-99-99\nThree.,\n,,\n")
    assert [f.text if isinstance(f, Document) else f.reason.split(":")[0] for f in found] == [
        "One.", "line 3", "line 4", "Three.", "line 6",
    ]  # fmt: skip

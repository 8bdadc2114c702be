from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from index import Document, SourceError
from index.formats import word


def test_tables_are_read_in_their_place(tmp_path: Path, one: Callable[[Path], Document]) -> None:
    file = docx.Document()
    file.add_paragraph("Above.")
    for row, cells in zip(file.add_table(2, 2).rows, [("Bath", "Hours"), ("Millpond", "9 to 6")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    file.add_paragraph("Below.")
    file.save(str(tmp_path / "baths.docx"))
    assert one(tmp_path / "baths.docx").text == "Above.\n\nBath | Hours\nMillpond | 9 to 6\n\nBelow."


def test_a_document_that_unpacks_to_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / "bomb.docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/bomb", bytes(20 << 20))
    assert list(word.FORMAT.read(path, path.name))
    monkeypatch.setattr(word, "MAX_UNPACKED_BYTES", 20 << 20)
    with pytest.raises(SourceError, match="unpacks to 20 MB"):
        list(word.FORMAT.read(path, path.name))

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF

from index import Document, SourceError
from index.formats.pdf import FORMAT
from index.formats.registry import read


@pytest.mark.parametrize("method", ["RC4", "AES_128"])
def test_an_encrypted_file_is_refused_with_that_reason(method: str, tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="secret")
    pdf.set_encryption(owner_password="a", user_password="b")
    pdf.output(str(tmp_path / "locked.pdf"))
    with pytest.raises(SourceError, match="encrypted"):
        list(read(tmp_path / "locked.pdf", "locked.pdf"))


def test_a_file_whose_table_of_contents_is_broken_is_read_all_the_same(
    tmp_path: Path, one: Callable[[Path], Document], make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / "report.pdf")
    content = path.read_bytes()
    start = content.rindex(b"startxref")
    path.write_bytes(content[:start] + b"startxref\n7\n%%EOF\n")
    assert "signed in Geneva on Tuesday" in " ".join(one(path).text.split())


def test_a_scan_is_refused_with_that_reason(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.output(str(tmp_path / "scan.pdf"))
    with pytest.raises(SourceError, match="no text layer"):
        list(read(tmp_path / "scan.pdf", "scan.pdf"))


def test_ligatures_and_soft_hyphens_become_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PageObject

    monkeypatch.setattr(PageObject, "extract_text", lambda _: "The \ufb01nal cost, Oskar Bram\xad\nholt said")
    pdf = FPDF()
    pdf.add_page()
    pdf.output(str(tmp_path / "a.pdf"))
    (found,) = FORMAT.read(tmp_path / "a.pdf", "a.pdf")
    assert isinstance(found, Document)
    assert found.text == "The final cost, Oskar Bramholt said"

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


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<w:ins><w:r><w:t>did not</w:t></w:r></w:ins>", "It did not rain."),
        ("<w:del><w:r><w:delText>might</w:delText></w:r></w:del><w:r><w:t>did</w:t></w:r>", "It did rain."),
        ("<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:r><w:t>did</w:t></w:r>", "It did rain."),
        ("<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>did</w:t></w:r></w:sdtContent></w:sdt>", "It did rain."),
        ("<w:smartTag><w:r><w:t>did</w:t></w:r></w:smartTag>", "It did rain."),
        ('<w:fldSimple w:instr="DOCPROPERTY x"><w:r><w:t>did</w:t></w:r></w:fldSimple>', "It did rain."),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>(say: it snowed)</w:t></w:r><w:r><w:t>did</w:t></w:r>", "It did rain."),
        ("<w:r><w:txbxContent><w:p><w:r><w:t>Box</w:t></w:r></w:p></w:txbxContent></w:r>", "It  rain.\n\nBox"),
    ],
)
def test_what_the_printed_document_shows_is_read(
    inside: str, text: str, tmp_path: Path, one: Callable[[Path], Document]
) -> None:
    from docx.oxml import parse_xml

    file = docx.Document()
    paragraph = f'<w:p {W}><w:r><w:t xml:space="preserve">It </w:t></w:r>{inside}<w:r><w:t> rain.</w:t></w:r></w:p>'
    file.element.body.insert(0, parse_xml(paragraph))
    file.save(str(tmp_path / "a.docx"))
    assert one(tmp_path / "a.docx").text == text


def test_headers_are_read_once_and_page_numbers_not_at_all(tmp_path: Path, one: Callable[[Path], Document]) -> None:
    from docx.oxml import parse_xml

    file = docx.Document()
    file.add_paragraph("It rained.")
    section = file.sections[0]
    section.different_first_page_header_footer = True
    for header in (section.header, section.first_page_header):
        header.paragraphs[0].text = "Embargoed until Friday"
    field = f'<w:fldSimple {W} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    section.footer.paragraphs[0].text = "Page "
    section.footer.paragraphs[0]._p.append(parse_xml(field))
    file.save(str(tmp_path / "a.docx"))
    assert one(tmp_path / "a.docx").text == "It rained.\n\nEmbargoed until Friday"


def test_merged_cells_are_read_once_and_tables_in_cells_too(tmp_path: Path, one: Callable[[Path], Document]) -> None:
    file = docx.Document()
    table = file.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Hours"
    table.cell(1, 0).text = "Millpond"
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "9 to 6"
    file.save(str(tmp_path / "a.docx"))
    assert one(tmp_path / "a.docx").text == "Hours\nMillpond | 9 to 6"

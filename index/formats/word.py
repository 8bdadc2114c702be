"""Word documents (.docx): what a reader of the printed document sees, in reading order.

The text is gathered from the parts of WordprocessingML (ECMA-376, part 1, chapter 17), because python-docx leaves
out text in tracked insertions, content controls, fields, text boxes and notes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..errors import SourceError
from .contract import Format, Read, document
from .dates import published_of, when
from .titles import stated_title, title_of

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument

MAX_BYTES = 512 << 20
"""Most of a large document is pictures."""
MAX_UNPACKED_BYTES = 1 << 30
"""All parts are unpacked in memory; a document that claims more is a bomb. A thousand pages of text are 10 MB."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOT_SHOWN = {f"{_W}{name}" for name in ("del", "moveFrom", "delText", "instrText", "rt", "pPr", "rPr", "sdtPr")} | {
    f"{_MC}Fallback"  # the same again, for older programs
}
_NOTES = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}


class _Element(Protocol):
    """What is used of an element of lxml. The tag of a comment is not a string."""

    @property
    def tag(self) -> object: ...
    @property
    def text(self) -> str | None: ...
    def get(self, key: str) -> str | None: ...
    def find(self, path: str) -> _Element | None: ...
    def iter(self, tag: str) -> Iterator[_Element]: ...
    def __iter__(self) -> Iterator[_Element]: ...


def read(path: Path, name: str) -> Iterator[Read]:
    """One document; its properties give title, author and date. Raises SourceError for damaged and encrypted files."""
    import docx

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise SourceError(f"not a readable .docx file: it unpacks to {unpacked >> 20} MB")
        file = docx.Document(str(path))
        text = _Text(file).whole()
        facts = file.core_properties
        title, author, created = stated_title(facts.title), str(facts.author or ""), when(facts.created)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SourceError("not a readable .docx file (encrypted or damaged?)") from error
    if not text:
        raise SourceError("the document has no text")
    yield document(
        name,
        text,
        title=title or title_of(text) or Path(name).stem,
        published=published_of(text, path.stem) or created,
        source=name,
        author=author,
    )


class _Text:
    """The text of a document: its body with notes and text boxes below the paragraph they belong to, then what
    stands at the head and foot of its pages."""

    def __init__(self, file: DocxDocument) -> None:
        from docx.oxml import parse_xml

        self._body: _Element = file.element.body
        self._margins: list[_Element] = []
        self._notes: dict[tuple[str, str | None], _Element] = {}
        for relation in file.part.rels.values():
            kind = relation.reltype.rpartition("/")[2]
            if relation.is_external or kind not in ("footnotes", "endnotes", "header", "footer"):
                continue
            root: _Element = parse_xml(relation.target_part.blob)
            if kind in ("header", "footer"):
                self._margins.append(root)
            else:
                self._notes |= {(kind, note.get(f"{_W}id")): note for note in root}

    def whole(self) -> str:
        blocks = list(self._blocks(self._body))
        for margin in self._margins:
            # The first page, the even and the odd pages may each have the same; page numbers are no text.
            blocks += [b for b in self._blocks(p for p in margin if not _counts_pages(p)) if b not in blocks]
        return "\n\n".join(blocks)

    def _blocks(self, elements: Iterable[_Element]) -> Iterator[str]:
        """Paragraphs and tables that have text."""
        for element in elements:
            if element.tag == f"{_W}p":
                aside: list[_Element] = []
                if paragraph := "".join(self._inline(element, aside)).strip():
                    yield paragraph
                for other in aside:
                    yield from self._blocks(other)
            elif element.tag == f"{_W}tbl":
                if table := "\n".join(self._rows(element)).strip():
                    yield table
            elif element.tag not in _NOT_SHOWN:
                yield from self._blocks(element)

    def _rows(self, table: _Element) -> Iterator[str]:
        for row in _of_kind("tr", table):
            if row.find(f"{_W}trPr/{_W}del") is None:
                yield " | ".join("\n".join(self._blocks(cell)) for cell in _of_kind("tc", row))

    def _inline(self, parent: _Element, aside: list[_Element]) -> Iterator[str]:
        """The pieces of a paragraph. What belongs to it but stands elsewhere on the page is added to `aside`."""
        for element in parent:
            if element.tag == f"{_W}t":
                yield element.text or ""
            elif element.tag in _MARKS:
                yield _MARKS[str(element.tag)]
            elif element.tag in _NOTES:
                note = self._notes.get((_NOTES[str(element.tag)], element.get(f"{_W}id")))
                if note is not None:
                    aside.append(note)
            elif element.tag == f"{_W}txbxContent":
                aside.append(element)
            elif element.tag not in _NOT_SHOWN and not _is_hidden(element):
                yield from self._inline(element, aside)


def _of_kind(name: str, parent: _Element) -> Iterator[_Element]:
    """Rows of a table or cells of a row, also those inside content controls."""
    for element in parent:
        if element.tag == f"{_W}{name}":
            yield element
        elif element.tag not in _NOT_SHOWN and element.tag != f"{_W}tc":
            yield from _of_kind(name, element)


def _is_hidden(run: _Element) -> bool:
    """Text formatted as hidden, which is neither shown nor printed."""
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val") not in ("0", "false", "off")


def _counts_pages(paragraph: _Element) -> bool:
    codes = [code.text or "" for code in paragraph.iter(f"{_W}instrText")]
    codes += [field.get(f"{_W}instr") or "" for field in paragraph.iter(f"{_W}fldSimple")]
    return any("PAGE" in code for code in codes)


FORMAT = Format("Word", (".docx",), read, isolated=True, max_bytes=MAX_BYTES)

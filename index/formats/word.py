"""Word documents (.docx): paragraphs and tables in reading order."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from .contract import Format, Read, document
from .dates import published_of, when
from .titles import title_of

MAX_BYTES = 512 << 20
"""Most of a large document is pictures."""
MAX_UNPACKED_BYTES = 1 << 30
"""All parts are unpacked in memory; a document that claims more is a bomb. A thousand pages of text are 10 MB."""


def read(path: Path, name: str) -> Iterator[Read]:
    """One document; its properties give title, author and date. Raises SourceError for damaged and encrypted files."""
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise SourceError(f"not a readable .docx file: it unpacks to {unpacked >> 20} MB")
        file = docx.Document(str(path))
        blocks = [
            "\n".join(" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows)
            if isinstance(block, Table)
            else block.text.strip()
            for block in file.iter_inner_content()
        ]
        facts = file.core_properties
        title, author, created = str(facts.title or ""), str(facts.author or ""), when(facts.created)
    except SourceError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SourceError("not a readable .docx file (encrypted or damaged?)") from error
    text = "\n\n".join(b for b in blocks if b)
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


FORMAT = Format("Word", (".docx",), read, isolated=True, max_bytes=MAX_BYTES)

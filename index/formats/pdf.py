"""PDF files with a text layer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SourceError
from .contract import Format, Read, document
from .dates import published_of, when
from .titles import stated_title, title_of

if TYPE_CHECKING:
    from pypdf import DocumentInformation

_LIGATURE = re.compile("[\ufb00-\ufb06]")
_SOFT_HYPHEN = re.compile("\xad\n?")

MAX_BYTES = 1 << 30
"""A PDF is read from the disk page by page, and most of a large one is pictures."""


def read(path: Path, name: str) -> Iterator[Read]:
    """One document, the text of all pages. Encrypted files and scans without a text layer are refused with that
    reason (SourceError)."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        with PdfReader(path) as pdf:
            if pdf.is_encrypted and not pdf.decrypt(""):
                raise SourceError("the PDF is encrypted: save a copy without a password")
            text = "\n\n".join(_mended(page.extract_text()).strip() for page in pdf.pages).strip()
            facts = pdf.metadata
            title, author, created = _stated(facts)
    except DependencyError as error:
        raise SourceError("the PDF is encrypted with AES: save a copy without encryption") from error
    except PyPdfError as error:
        raise SourceError(f"not a readable PDF: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:  # what broken files provoke
        raise SourceError(f"not a readable PDF: {error}") from error
    if not text:
        raise SourceError("the PDF has no text layer (a scan?): run OCR on it first")
    yield document(
        name,
        text,
        title=title or title_of(text) or Path(name).stem,
        published=published_of(text, path.stem) or created,
        source=name,
        author=author,
    )


def _mended(text: str) -> str:
    """Ligatures as their letters, and without the soft hyphens that only say where a word was or may be broken."""
    return _SOFT_HYPHEN.sub("", _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text))


def _stated(facts: DocumentInformation | None) -> tuple[str, str, datetime | None]:
    """Title, author and time of creation by the file's own words."""
    if facts is None:
        return "", "", None
    try:
        created = when(facts.creation_date)
    except ValueError:
        created = None
    return stated_title(facts.title), str(facts.author or ""), created


FORMAT = Format("PDF", (".pdf",), read, isolated=True, max_bytes=MAX_BYTES)

"""Files -> documents: one function a format, all in `READERS`. The home of every file-format library.

A reader yields a `Document` for each text it finds and a `Failure` for each record it cannot use, and
raises SourceError when the whole file cannot be read. Ids are suggestions: `sync` makes them unique.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ..documents import Document, Failure
from ..errors import SourceError

Read = Document | Failure

_ISO_DATE_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
_DATE_LINE = re.compile(r"\s*(?:published|date|updated|posted)\s*[:\-–]\s*(.{6,60})$", re.IGNORECASE)


def read(path: Path, name: str) -> Iterator[Read]:
    """Documents of one file. `name` is the id suggested for a file that is one document, and its source.

    Raises SourceError for a format, encoding or file that cannot be read.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = " ".join(sorted(READERS))
        raise SourceError(f"unsupported format {path.suffix or '(no extension)'}; supported: {known}")
    try:
        empty = path.stat().st_size == 0
    except OSError as error:
        raise SourceError(error.strerror or str(error)) from error
    if empty:
        raise SourceError("the file is empty")
    try:
        yield from reader(path, name)
    except OSError as error:
        raise SourceError(error.strerror or str(error)) from error


def read_text(path: Path, name: str) -> Iterator[Read]:
    """Plain text. The first line is the title when it stands like one; a date is taken from the name or a date line."""
    text = _decoded(path)
    yield _document(name, text, title=_title_of(text) or path.stem, published=_published_of(text, path), source=name)


def read_markdown(path: Path, name: str) -> Iterator[Read]:
    """Markdown as the plain text a reader of the rendered page sees; YAML front matter gives title, date, source."""
    import yaml
    from markdown_it import MarkdownIt

    raw = _decoded(path)
    facts: Mapping[str, Any] = {}
    if match := re.match(r"---\n(.*?)\n---\n", raw, re.DOTALL):
        try:
            loaded = yaml.safe_load(match[1])
        except yaml.YAMLError as error:
            raise SourceError(f"the front matter is not valid YAML: {error}") from error
        if isinstance(loaded, dict):
            facts, raw = {str(k).lower(): v for k, v in loaded.items()}, raw[match.end() :]
    paragraphs = []
    heading = ""
    tokens = MarkdownIt("commonmark").enable("table").parse(raw)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            text = "".join(
                "\n" if child.type == "hardbreak" else " " if child.type == "softbreak" else child.content
                for child in token.children or ()
                if child.type in ("text", "code_inline", "softbreak", "hardbreak")
            ).strip()
            if text and not heading and before is not None and before.type == "heading_open":
                heading = text
            paragraphs.append(text)
        elif token.type in ("fence", "code_block"):
            paragraphs.append(token.content.strip())
    text = "\n\n".join(p for p in paragraphs if p)
    yield _document(
        name,
        text,
        title=str(facts.get("title") or heading or _title_of(text) or path.stem),
        published=_when(facts.get("published") or facts.get("date")) or _published_of(text, path),
        source=str(facts.get("source") or facts.get("url") or name),
        author=str(facts.get("author") or ""),
    )


_STYLE = "translate(@style, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ', 'abcdefghijklmnopqrstuvwxyz')"
_HIDDEN = [
    "//*[@hidden]",
    "//*[@aria-hidden='true']",
    "//template|//noscript",
    *(
        f"//*[contains({_STYLE}, '{rule}')]"
        for rule in ("display:none", "visibility:hidden", "font-size:0", "opacity:0;", "left:-9999", "text-indent:-9")
    ),
    f"//*[substring({_STYLE}, string-length({_STYLE}) - 8) = 'opacity:0']",
]
"""What a person who opens the page does not see: it is where instructions to machines are planted."""


def read_html(path: Path, name: str) -> Iterator[Read]:
    """The article of a page, through trafilatura: navigation dropped; title, author, date and address kept."""
    from trafilatura import bare_extraction

    page = _decoded(path)
    found = bare_extraction(
        _visible(page),
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    text = (found.text or "").strip() if found is not None else ""
    if found is None or not text:
        raise SourceError("no article text found in the page")
    yield _document(
        name,
        text,
        title=str(found.title or path.stem),
        published=_html_time(page) or _when(found.date),
        source=str(found.url or name),
        author=str(found.author or ""),
    )


def _visible(page: str) -> str:
    """The page without what is hidden from people. (trafilatura's own `prune_xpath` forgets it in its fallbacks.)"""
    from lxml import etree, html

    try:
        tree = html.fromstring(page)
    except (etree.ParserError, ValueError):  # nothing in it, or an encoding declared in a decoded text
        return page
    for element in tree.xpath("|".join(_HIDDEN)):
        if element.getparent() is not None:
            element.drop_tree()
    return str(html.tostring(tree, encoding="unicode"))


def _html_time(page: str) -> datetime | None:
    """The full time of publication where the page states it; trafilatura keeps the day only."""
    from lxml import html

    try:
        tree = html.document_fromstring(page.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, html.etree.ParserError):
        return None
    stated = tree.xpath(
        "//meta[@property='article:published_time' or @itemprop='datePublished' or @name='pubdate' or @name='date']/@content"
    )
    return next((when for value in stated if (when := _when(value))), None)


def read_pdf(path: Path, name: str) -> Iterator[Read]:
    """The text of all pages. Encrypted files and scans without a text layer are refused with that reason."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pdf = PdfReader(path)
        if pdf.is_encrypted and not pdf.decrypt(""):
            raise SourceError("the PDF is encrypted: save a copy without a password")
        text = "\n\n".join(page.extract_text().strip() for page in pdf.pages).strip()
        facts = pdf.metadata
    except PyPdfError as error:
        raise SourceError(f"not a readable PDF: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:  # what broken files provoke
        raise SourceError(f"not a readable PDF: {error}") from error
    if not text:
        raise SourceError("the PDF has no text layer (a scan?): run OCR on it first")
    yield _document(
        name,
        text,
        title=str((facts.title if facts else "") or _title_of(text) or path.stem),
        published=_published_of(text, path) or (_pdf_created(facts)),
        source=name,
        author=str((facts.author if facts else "") or ""),
    )


def _pdf_created(facts: Any) -> datetime | None:
    try:
        created = facts.creation_date if facts else None
    except ValueError:
        return None
    return created if isinstance(created, datetime) else None


def read_docx(path: Path, name: str) -> Iterator[Read]:
    """Paragraphs and tables in reading order; properties give title, author and date."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        file = docx.Document(str(path))
        blocks = [
            "\n".join(" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows)
            if isinstance(block, Table)
            else block.text.strip()
            for block in file.iter_inner_content()
        ]
        facts = file.core_properties
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise SourceError("not a readable .docx file (encrypted or damaged?)") from error
    except Exception as error:  # zipfile and lxml raise their own kinds for damaged files
        raise SourceError(f"not a readable .docx file: {error}") from error
    text = "\n\n".join(b for b in blocks if b)
    if not text:
        raise SourceError("the document has no text")
    yield _document(
        name,
        text,
        title=str(facts.title or _title_of(text) or path.stem),
        published=_published_of(text, path) or facts.created,
        source=name,
        author=str(facts.author or ""),
    )


def read_json(path: Path, name: str) -> Iterator[Read]:
    """One record, or an array of records, or an object that holds one array of records."""
    try:
        loaded = json.loads(_decoded(path))
    except json.JSONDecodeError as error:
        raise SourceError(f"line {error.lineno}: not valid JSON: {error.msg}") from error
    if isinstance(loaded, dict) and not _first(loaded, "text"):
        arrays = [v for v in loaded.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        loaded = arrays[0] if len(arrays) == 1 else loaded
    if isinstance(loaded, dict):
        yield _record(loaded, name, name, "the object")
        return
    if not isinstance(loaded, list):
        raise SourceError("expected an object or an array of objects")
    for number, row in enumerate(loaded, 1):
        yield _record(row, name, f"{name}#{number}", f"record {number}")


def read_jsonl(path: Path, name: str) -> Iterator[Read]:
    """One record a line; a bad line is reported with its number and the others are read."""
    for number, line in enumerate(_decoded(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            yield Failure(f"{name}:{number}", f"line {number}: not valid JSON: {error.msg}")
            continue
        yield _record(row, name, f"{name}#{number}", f"line {number}")


def read_csv(path: Path, name: str) -> Iterator[Read]:
    """One record a row, columns named by the header; the delimiter is detected."""
    text = _decoded(path)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    dialect.doublequote = True
    csv.field_size_limit(1 << 30)
    rows = csv.DictReader(io.StringIO(text, newline=""), dialect=dialect)
    if not rows.fieldnames or not any(f.strip().lower() in _FIELDS["text"] for f in rows.fieldnames if f):
        raise SourceError(f"line 1: no column named text (found: {', '.join(rows.fieldnames or ())})")
    try:
        for number, row in enumerate(rows, 1):
            yield _record(row, name, f"{name}#{number}", f"line {rows.line_num}")
    except csv.Error as error:
        raise SourceError(f"line {rows.line_num}: {error}") from error


READERS: dict[str, Callable[[Path, str], Iterator[Read]]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".csv": read_csv,
}

_FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content"),
    "title": ("title", "headline"),
    "published": ("published", "date", "published_at", "pubdate"),
    "source": ("source", "url", "link"),
    "author": ("author", "byline"),
    "id": ("id", "_id"),
}


def _first(row: Mapping[str, Any], field: str) -> Any:
    lowered = {str(k).strip().lower(): v for k, v in row.items() if k is not None}
    return next((lowered[f] for f in _FIELDS[field] if lowered.get(f) not in (None, "")), None)


def _record(row: Any, name: str, fallback_id: str, place: str) -> Read:
    where = f"{name} ({place})"
    if not isinstance(row, dict):
        return Failure(where, f"{place}: expected an object, found {type(row).__name__}")
    text = _first(row, "text")
    if not isinstance(text, str) or not text.strip():
        return Failure(where, f'{place}: no text (a record needs a non-empty "text")')
    stated = _first(row, "published")
    published = _when(stated)
    if stated is not None and published is None:
        return Failure(where, f"{place}: cannot read the date {stated!r} in published (use ISO 8601, 2025-03-18)")
    return _document(
        str(_first(row, "id") or fallback_id),
        _clean(text),
        title=str(_first(row, "title") or ""),
        published=published,
        source=str(_first(row, "source") or name),
        author=str(_first(row, "author") or ""),
    )


def _document(id: str, text: str, *, title: str, published: datetime | None, source: str, author: str = "") -> Document:
    if not text.strip():
        raise SourceError("there is no text in it")
    return Document(
        id=id,
        text=text,
        title=" ".join(title.split())[:300],
        source=source,
        published=published,
        author=" ".join(author.split()),
    )


def _decoded(path: Path) -> str:
    """The text of a file in whatever encoding it is. Raises SourceError for binary content."""
    raw = path.read_bytes()
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            try:
                return _clean(raw.decode(encoding))
            except UnicodeDecodeError as error:
                raise SourceError(f"damaged {encoding} text: {error.reason}") from error
    if b"\0" in raw:
        raise SourceError("binary content, not text")
    try:
        return _clean(raw.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if (western := _as_western(raw)) is not None:
        return _clean(western)
    from charset_normalizer import from_bytes

    best = from_bytes(raw, threshold=0.3).best()
    if best is None or sum(c < 9 or 13 < c < 32 for c in raw[:65536]) > len(raw[:65536]) * 0.02:
        raise SourceError("the encoding cannot be detected (binary content?)")
    return _clean(str(best))


_WESTERN = re.compile(r"[\x09\x0a\x0d -~À-ÖØ-öø-ÿŒœŸŠšŽž«»“”„‘’‚–—…€£§°©®·¡¿ºª\xa0½¼¾×÷±²³µ]*")


def _as_western(raw: bytes) -> str | None:
    """Text in Windows-1252, by far the most common encoding that is not UTF-8 and one that detectors
    confuse with Baltic and Turkish ones in short texts. Cyrillic or Greek read this way is nearly all
    accents, Polish or Czech has symbols inside words: both are refused."""
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return None
    letters = [c for c in text if c.isalpha()]
    accented = sum(ord(c) > 127 for c in letters)
    if (
        not _WESTERN.fullmatch(text)
        or accented > 0.25 * len(letters)
        or re.search(r"[^\W\d_][¿¡²³¹½¼¾×÷±§][^\W\d_]", text)
    ):
        return None
    return text


def _clean(text: str) -> str:
    """Line ends as \\n, no byte order mark, no lone surrogates: what every store can hold and give back."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def _title_of(text: str) -> str:
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip().lstrip("#").strip()
    looks = 0 < len(first) <= 140 and not re.search(r"[.!?;:]$", first) and len(first.split()) >= 2
    return first if looks and rest.strip() else ""


def _published_of(text: str, path: Path) -> datetime | None:
    """A date line near the top, else a date in the file name."""
    for line in text.lstrip().split("\n")[:6]:
        if (match := _DATE_LINE.match(line)) and (when := _when(match[1])):
            return when
    if match := _ISO_DATE_IN_NAME.search(path.stem):
        return _when("-".join(match.groups()))
    return None


def _when(value: Any) -> datetime | None:
    """A time from whatever a source states: ISO 8601, a spelled date, a datetime, seconds since 1970."""
    from dateutil import parser

    if isinstance(value, datetime):
        return value
    if hasattr(value, "year") and hasattr(value, "month"):  # a date from YAML
        return datetime(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 1e8:
        from datetime import UTC

        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    if not isinstance(value, str) or not re.search(r"\d{4}|\d{1,2}[-/.]\d{1,2}", value):
        return None
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        pass
    try:
        # Two defaults that differ tell whether day, month and year were all stated.
        one, two = (parser.parse(value, default=datetime(y, m, d)) for y, m, d in ((2001, 1, 1), (2003, 3, 3)))
    except (ValueError, OverflowError):
        return None
    return one if one.date() == two.date() else None

"""All formats: a file's extension says which one reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from ..paths import readable
from . import markdown, markup, pdf, records, tables, text, word
from .contract import Format, Read
from .guard import LIMITS, Limits, guarded

FORMATS: tuple[Format, ...] = (
    text.FORMAT,
    markdown.FORMAT,
    markup.FORMAT,
    pdf.FORMAT,
    word.FORMAT,
    records.JSON,
    records.JSONL,
    tables.FORMAT,
)

_BY_EXTENSION = {extension: format for format in FORMATS for extension in format.extensions}


def extensions() -> tuple[str, ...]:
    """What can be read, as lower-case extensions with their dot, sorted."""
    return tuple(sorted(_BY_EXTENSION))


def read(path: Path, name: str, limits: Limits = LIMITS) -> Iterator[Read]:
    """Documents of one file, and a Failure for each record of it that cannot be used.

    `name` is what people call the file: its source, and the id suggested for a file that is one document. Bytes of
    it that are not UTF-8 are escaped. Raises SourceError, and nothing else, for what cannot be read.
    """
    format = _BY_EXTENSION.get(path.suffix.lower())
    if format is None:
        raise SourceError(
            f"unsupported format {readable(path.suffix) or '(no extension)'}; supported: {' '.join(extensions())}"
        )
    yield from guarded(format, path, readable(name), limits)

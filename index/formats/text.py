"""Plain text. The first line is the title when it stands like one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .contract import Format, Read, document
from .dates import published_of
from .decoding import decoded
from .titles import title_of


def read(path: Path, name: str) -> Iterator[Read]:
    """One document; its date is taken from a date line or the file name."""
    text = decoded(path)
    yield document(
        name, text, title=title_of(text) or Path(name).stem, published=published_of(text, path.stem), source=name
    )


FORMAT = Format("text", (".txt",), read)

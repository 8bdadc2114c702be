"""What a format is, and the one place where documents are built from what a format found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..documents import Document, Failure
from ..errors import SourceError
from ..paths import readable
from .decoding import storable

Read = Document | Failure
Reader = Callable[[Path, str], Iterator[Read]]

WHOLE_FILE_BYTES = 128 << 20
"""The largest file of a format that is read whole. Reading takes three times that in memory (measured: 130 MB for
47 MB of Latin letters), chunking and embedding more; a novel is 1 MB. `Limits.max_bytes` replaces it."""

TITLE_CHARS = 300
"""A title is cut there: longer ones are paragraphs that were marked up as headings."""


@dataclass(frozen=True, slots=True)
class Format:
    """One file format.

    `read(path, name)` yields a Document for each text it finds and a Failure for each record it cannot use,
    and raises SourceError when the file as a whole cannot be read. `name` is what the file is called to people
    and the id of a document that is the whole file. `label` names the format in messages ("PDF"). A format
    whose library can hang or take all memory says `isolated`: it is then read in a worker process, under a time
    limit. `max_bytes` None means that the file is streamed, so that its size does not matter.
    """

    label: str
    extensions: tuple[str, ...]
    read: Reader
    isolated: bool = False
    max_bytes: int | None = WHOLE_FILE_BYTES


def document(
    id: str, text: str, *, title: str = "", published: datetime | None = None, source: str = "", author: str = ""
) -> Document:
    """A Document that every store can hold: no lone surrogate in any field, title and author on one line.

    Raises SourceError when `text` has nothing but white space.
    """
    if not text.strip():
        raise SourceError("there is no text in it")
    return Document(
        id=readable(id),
        text=storable(text),
        title=storable(" ".join(title.split())[:TITLE_CHARS]),
        source=readable(source),
        published=published,
        author=storable(" ".join(author.split())),
    )

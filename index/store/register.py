"""What the truth says of files and their contents: what a plan compares the disk with."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..documents import Failure
from ..sources.folders import FileState


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A place of the catalogue: a file of a source, as it was when it was last looked at (nanoseconds since 1970)."""

    number: int
    source: int
    below: bytes
    state: FileState
    looked: int
    content: int | None
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What the plan compares: enough to tell whether a document has changed."""

    id: str
    title: str
    text_fingerprint: str
    fingerprint: str


class Register:
    """Files, contents and document ids, read through a connection: the writer's own, or another one that sees commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def source_numbers(self) -> dict[bytes, tuple[int, str]]:
        rows = self._connection.execute("SELECT path, number, kind FROM sources")
        return {path: (number, kind) for path, number, kind in rows}

    def files_of(self, source: int) -> dict[bytes, StoredFile]:
        rows = self._connection.execute(f"SELECT {_FILE} FROM files WHERE source = ?", (source,))
        return {row[2]: _stored_file(row) for row in rows}

    def files_with(self, content: int) -> list[tuple[StoredFile, bytes, str]]:
        """The places of a content, each with the path and kind of its source."""
        rows = self._connection.execute(
            f"SELECT {', '.join('f.' + c for c in _FILE.split(', '))}, s.path, s.kind FROM files f "
            "JOIN sources s ON s.number = f.source WHERE f.content = ? ORDER BY f.number",
            (content,),
        )
        return [(_stored_file(row[:9]), row[9], row[10]) for row in rows]

    def content_with(self, fingerprint: str) -> int | None:
        row = self._connection.execute("SELECT number FROM contents WHERE fingerprint = ?", (fingerprint,)).fetchone()
        return int(row[0]) if row else None

    def namer_of(self, content: int) -> int | None:
        """The number of the file that the documents of a content are named after."""
        row = self._connection.execute("SELECT namer FROM contents WHERE number = ?", (content,)).fetchone()
        return int(row[0]) if row and row[0] is not None else None

    def fingerprint_of(self, content: int) -> str | None:
        row = self._connection.execute("SELECT fingerprint FROM contents WHERE number = ?", (content,)).fetchone()
        return row[0] if row else None

    def documents_of(self, content: int) -> list[StoredDocument]:
        """In the order they were taken in."""
        rows = self._connection.execute(
            "SELECT id, title, text_fingerprint, fingerprint FROM documents WHERE content = ? ORDER BY number",
            (content,),
        )
        return [StoredDocument(*row) for row in rows]

    def ids_of(self, contents: Sequence[int | None]) -> list[str]:
        """Ids of the documents of contents, in the order of the contents; each once."""
        found: dict[str, None] = {}
        wanted = [c for c in dict.fromkeys(contents) if c is not None]
        for begin in range(0, len(wanted), 500):
            part = wanted[begin : begin + 500]
            rows = self._connection.execute(
                f"SELECT content, id FROM documents WHERE content IN ({', '.join('?' * len(part))}) ORDER BY number",
                part,
            ).fetchall()
            by_content: dict[int, list[str]] = {}
            for content, document_id in rows:
                by_content.setdefault(content, []).append(document_id)
            found.update(dict.fromkeys(i for c in part for i in by_content.get(c, ())))
        return list(found)

    def owner_of(self, document_id: str) -> int | None:
        """The content that the document with an id belongs to, None when there is none."""
        row = self._connection.execute("SELECT content FROM documents WHERE id = ?", (document_id,)).fetchone()
        return int(row[0]) if row else None

    def next_numbers(self) -> tuple[int, int]:
        """Free numbers for files and contents: this and all above."""
        row = self._connection.execute(
            "SELECT (SELECT COALESCE(MAX(number), 0) FROM files), (SELECT COALESCE(MAX(number), 0) FROM contents)"
        ).fetchone()
        return row[0] + 1, row[1] + 1


_FILE = "number, source, path, size, modified, changed, looked, content, failures"


def _stored_file(row: Sequence[Any]) -> StoredFile:
    failures = tuple(Failure(*f) for f in json.loads(row[8]))
    return StoredFile(row[0], row[1], row[2], FileState(row[3], row[4], row[5]), row[6], row[7], failures)


def text_fingerprint(text: str) -> str:
    """SHA-256 of a text, by which a moved or damaged one is told."""
    return hashlib.sha256(text.encode()).hexdigest()

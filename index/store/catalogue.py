"""The documents of an index, with their own text exactly as indexed, and the files they came from. SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock

from ..documents import Document
from ..errors import UnknownDocument


@dataclass(frozen=True, slots=True)
class CatalogueFacts:
    """What the corpus holds. Dates are days, as ISO 8601, of the earliest and the latest document that has one."""

    documents: int
    characters: int
    earliest: str | None
    latest: str | None


class Catalogue:
    """Documents by id, and for every ingested file its fingerprint and the ids it gave."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(
            """
            CREATE TABLE IF NOT EXISTS documents (
                id TEXT PRIMARY KEY, origin TEXT NOT NULL, fingerprint TEXT NOT NULL, text TEXT NOT NULL,
                title TEXT NOT NULL, source TEXT NOT NULL, published TEXT, author TEXT NOT NULL
            );
            CREATE INDEX IF NOT EXISTS documents_origin ON documents (origin);
            CREATE TABLE IF NOT EXISTS origins (path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL);
            """
        )

    def document(self, document_id: str) -> Document:
        """Raises UnknownDocument when there is none."""
        with self._lock:
            row = self._connection.execute(
                "SELECT id, text, title, source, published, author, origin FROM documents WHERE id = ?", (document_id,)
            ).fetchone()
        if row is None:
            raise UnknownDocument(f"No document has the id {document_id!r}. `newsdesk search` shows ids.")
        return Document(
            id=row[0],
            text=row[1],
            title=row[2],
            source=row[3],
            published=datetime.fromisoformat(row[4]) if row[4] else None,
            author=row[5],
            origin=row[6],
        )

    def documents(self, limit: int = -1) -> list[Document]:
        """Documents without order of importance: newest first, at most `limit`."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id FROM documents ORDER BY published IS NULL, published DESC, id LIMIT ?", (limit,)
            ).fetchall()
        return [self.document(row[0]) for row in rows]

    def of_origin(self, origin: str) -> dict[str, str]:
        """Ids and fingerprints of the documents that a file gave."""
        with self._lock:
            rows = self._connection.execute("SELECT id, fingerprint FROM documents WHERE origin = ?", (origin,))
            return dict(rows.fetchall())

    def origins(self) -> dict[str, str]:
        """Every ingested file with its fingerprint."""
        with self._lock:
            return dict(self._connection.execute("SELECT path, fingerprint FROM origins").fetchall())

    def owner_of(self, document_id: str) -> str | None:
        """The file that gave the document, None when there is no such document."""
        with self._lock:
            row = self._connection.execute("SELECT origin FROM documents WHERE id = ?", (document_id,)).fetchone()
        return row[0] if row else None

    def put(self, documents: Sequence[tuple[Document, str]]) -> None:
        """Stores documents with their fingerprints, in one transaction."""
        with self._lock, self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO documents VALUES (?,?,?,?,?,?,?,?)",
                [
                    (
                        d.id,
                        d.origin,
                        fingerprint,
                        d.text,
                        d.title,
                        d.source,
                        d.published.isoformat() if d.published else None,
                        d.author,
                    )
                    for d, fingerprint in documents
                ],
            )

    def put_origin(self, path: str, fingerprint: str) -> None:
        with self._lock, self._connection:
            self._connection.execute("INSERT OR REPLACE INTO origins VALUES (?,?)", (path, fingerprint))

    def remove(self, document_ids: Sequence[str]) -> None:
        with self._lock, self._connection:
            self._connection.executemany("DELETE FROM documents WHERE id = ?", [(d,) for d in document_ids])

    def remove_origin(self, path: str) -> None:
        with self._lock, self._connection:
            self._connection.execute("DELETE FROM origins WHERE path = ?", (path,))

    def facts(self) -> CatalogueFacts:
        with self._lock:
            row = self._connection.execute(
                "SELECT COUNT(*), COALESCE(SUM(LENGTH(text)), 0), MIN(SUBSTR(published, 1, 10)), "
                "MAX(SUBSTR(published, 1, 10)) FROM documents"
            ).fetchone()
        return CatalogueFacts(*row)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

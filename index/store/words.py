"""Keyword search over the same passages: SQLite FTS5, BM25, Porter stemming.

A cache, never the truth: it remembers the generation of the store it was built from and is rebuilt
from the store whenever it is missing, damaged or behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from threading import RLock

from ..documents import Passage
from ..language.bm25 import TOKENIZER, match_expression


class KeywordIndex:
    """Passages by their words. One connection, guarded by a lock, so that threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._connection = self._connect()

    def _connect(self) -> sqlite3.Connection:
        try:
            return _open(self.path)
        except sqlite3.DatabaseError:  # damaged: a cache may be thrown away
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            return _open(self.path)

    def generation(self) -> int | None:
        """The store generation this cache holds, None when it holds none."""
        with self._lock:
            row = self._connection.execute("SELECT value FROM facts WHERE name = 'generation'").fetchone()
        return int(row[0]) if row else None

    def rebuild(self, pages: Iterable[Sequence[Passage]], generation: int) -> None:
        """Replaces everything, in one transaction."""
        with self._lock, self._connection:
            self._connection.execute("DELETE FROM facts")
            self._connection.execute("DELETE FROM passages")
            self._connection.execute("DELETE FROM owners")
            for page in pages:
                self._insert(page)
            self._mark(generation)

    def update(self, removed_documents: Sequence[str], added: Sequence[Passage]) -> None:
        """Follows one batch of writes to the store. The cache stays marked as behind until `finish`."""
        with self._lock, self._connection:
            self._connection.execute("DELETE FROM facts")
            self._connection.executemany(
                "DELETE FROM passages WHERE rowid IN (SELECT rowid FROM owners WHERE document_id = ?)",
                [(d,) for d in removed_documents],
            )
            self._connection.executemany("DELETE FROM owners WHERE document_id = ?", [(d,) for d in removed_documents])
            self._insert(added)

    def finish(self, generation: int) -> None:
        """Marks the cache as current with the store's generation."""
        with self._lock, self._connection:
            self._mark(generation)

    def search(self, query: str, n: int) -> list[tuple[Passage, float]]:
        """The `n` best passages with their BM25 score (higher is better), best first; any query text is safe."""
        expression = match_expression(query)
        if not expression:
            return []
        with self._lock:
            rows = self._connection.execute(
                "SELECT document_id, text, start, stop, title, source, published, -bm25(passages, 0.6, 1.0) AS score "
                "FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, 0.6, 1.0), rowid LIMIT ?",
                (expression, n),
            ).fetchall()
        return [
            (
                Passage(
                    document_id=row[0],
                    text=row[1],
                    start=row[2],
                    end=row[3],
                    title=row[4],
                    source=row[5],
                    published=datetime.fromisoformat(row[6]) if row[6] else None,
                ),
                float(row[7]),
            )
            for row in rows
        ]

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _insert(self, passages: Sequence[Passage]) -> None:
        for p in passages:
            cursor = self._connection.execute(
                "INSERT INTO passages (title, text, document_id, start, stop, source, published) VALUES (?,?,?,?,?,?,?)",
                (
                    p.title,
                    p.text,
                    p.document_id,
                    p.start,
                    p.end,
                    p.source,
                    p.published.isoformat() if p.published else "",
                ),
            )
            self._connection.execute("INSERT INTO owners VALUES (?, ?)", (cursor.lastrowid, p.document_id))

    def _mark(self, generation: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO facts VALUES ('generation', ?)", (str(generation),))


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(
        f"""
        CREATE VIRTUAL TABLE IF NOT EXISTS passages USING fts5(
            title, text, document_id UNINDEXED, start UNINDEXED, stop UNINDEXED, source UNINDEXED, published UNINDEXED,
            tokenize = '{TOKENIZER}'
        );
        CREATE TABLE IF NOT EXISTS owners (rowid INTEGER PRIMARY KEY, document_id TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS owners_document ON owners (document_id);
        CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        """
    )
    return connection

"""Keyword search over the same passages: SQLite FTS5, BM25, Porter stemming.

A cache, never the truth: it remembers the generation of the store it was built from and is rebuilt
from the store whenever it is missing, damaged or behind.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from threading import RLock

import numpy as np
import numpy.typing as npt

from .documents import Passage

# Words that say nothing about the subject of a question. FTS5 would match them in every passage.
STOP_WORDS = frozenset(
    """
    a about an and any are as at be been being but by can could did do does doing for from had has have having
    he her here hers him his how i if in into is it its itself me more most my no nor not of on once only or
    other our out over own same she should so some such than that the their them then there these they this
    those through to too under until up very was we were what when where which while who whom whose why will
    with would you your
""".split()
)
_WORD = re.compile(r"\w+(?:[.'’]\w+)*", re.UNICODE)


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


def bm25(query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """The BM25 scores of a few texts beside each other, shape (len(texts),); 0 without a telling word of the query.

    >>> int(bm25("Who froze the ponds?", ["The ponds froze.", "It rained."]).argmax())
    0
    """
    found = np.zeros(len(texts), dtype=np.float32)
    index = KeywordIndex(Path(":memory:"))
    index.rebuild([[Passage(str(n), text, 0, len(text)) for n, text in enumerate(texts)]], 1)
    for passage, score in index.search(query, len(texts)):
        found[int(passage.document_id)] = score
    index.close()
    return found


def match_expression(query: str) -> str:
    """`query` as an FTS5 expression that matches any of its telling words; every word is quoted, so no syntax leaks.

    >>> match_expression('Who said "NEAR(x)" at the U.N.?')
    '"said" OR "NEAR" OR "x" OR "U.N"'
    """
    words = list(dict.fromkeys(_WORD.findall(query)))[:64]
    telling = [w for w in words if w.lower() not in STOP_WORDS] or words
    return " OR ".join(f'"{w}"' for w in telling)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(
        """
        CREATE VIRTUAL TABLE IF NOT EXISTS passages USING fts5(
            title, text, document_id UNINDEXED, start UNINDEXED, stop UNINDEXED, source UNINDEXED, published UNINDEXED,
            tokenize = 'porter unicode61 remove_diacritics 2'
        );
        CREATE TABLE IF NOT EXISTS owners (rowid INTEGER PRIMARY KEY, document_id TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS owners_document ON owners (document_id);
        CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        """
    )
    return connection

"""The truth, written: every step changes all of a document, or of a file, in one transaction.

A `Step` is what `plan` decided and `sync` has prepared (texts cut, vectors made). The writer carries steps out in order,
several to a transaction; a run that is killed leaves the steps up to the last commit, and the next run finds the rest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..chunking import passages
from ..documents import Document, Failure, Passage
from ..sources.folders import FileState
from .catalogue import Projection, Snapshot, Vectors, damaged, packed
from .folder import BUSY_SECONDS, connect_to_write, database_path
from .register import Register
from .schema import check_format, create, is_empty


@dataclass(frozen=True, slots=True)
class PutFile:
    """Records a file: where it is, its state, the content it has now (None when it could not be read) and what failed.

    `complete`: all of its documents are in. Before that, its content has no fingerprint and its state is not recorded,
    so that a run that is cut off looks at it again."""

    number: int
    source: int
    below: bytes
    state: FileState
    looked: int
    content: int | None
    fingerprint: str | None
    failures: tuple[Failure, ...] = ()
    complete: bool = True
    namer: bool = True


@dataclass(frozen=True, slots=True)
class PutDocument:
    """A document with its passages and their unit vectors (len(passages), dimension), in place of one with the same id,
    or with the id it had before."""

    content: int
    document: Document
    fingerprint: str
    text_fingerprint: str
    passages: tuple[Passage, ...]
    vectors: Vectors | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class RenameDocuments:
    """Documents of a file that was moved: same text and title, other id and source. Old ids go on resolving."""

    content: int
    documents: tuple[tuple[str, Document, str], ...]
    """The id before, the document as it is now, and its fingerprint."""


@dataclass(frozen=True, slots=True)
class DropDocuments:
    """Documents that their file no longer has."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DropFile:
    """A file that is gone; its documents go too, unless another file has the same content."""

    number: int


Step = PutFile | PutDocument | RenameDocuments | DropDocuments | DropFile


class Writer:
    """The one connection that writes. Used from one thread at a time."""

    def __init__(self, index: Path) -> None:
        try:
            self._connection = connect_to_write(index)
        except sqlite3.DatabaseError as error:
            raise damaged(error, str(database_path(index))) from error
        self.index = index
        self._changed = False

    @property
    def is_empty(self) -> bool:
        """Whether the index has yet to be made."""
        with self._translated():
            return is_empty(self._connection)

    def create(self, embedding_model: str, dimension: int) -> None:
        with self._translated():
            create(self._connection, embedding_model, dimension)

    def check_format(self) -> None:
        """Raises IndexMismatch, IndexDamaged."""
        check_format(self._connection, str(self.index))

    @property
    def state(self) -> Snapshot:
        """What is stored now, as this connection sees it."""
        return Snapshot(self._connection)

    @property
    def register(self) -> Register:
        """Files and contents as this connection sees them, uncommitted steps included."""
        return Register(self._connection)

    # --- writing -----------------------------------------------------------------------------------------------

    def put_source(self, path: bytes, kind: str) -> int:
        """The number of the source at a path, which is made when there is none."""
        with self.transaction():
            self._connection.execute(
                "INSERT INTO sources (path, kind, added) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET kind = excluded.kind",
                (path, kind, _now()),
            )
            return int(self._connection.execute("SELECT number FROM sources WHERE path = ?", (path,)).fetchone()[0])

    def source_synced(self, source: int, problems: Sequence[Failure]) -> None:
        """Records that all of a source was looked at, and what of it could not even be listed."""
        with self.transaction():
            self._connection.execute(
                "UPDATE sources SET synced = ?, problems = ? WHERE number = ?", (_now(), _json(problems), source)
            )

    def drop_source(self, source: int) -> None:
        """Forgets a source that has no files any more."""
        with self.transaction():
            self._connection.execute("DELETE FROM sources WHERE number = ?", (source,))

    def carry_out(self, steps: Sequence[Step]) -> None:
        """All of the steps in one transaction, in order."""
        with self.transaction():
            self.carry_out_within(steps)

    def carry_out_within(self, steps: Sequence[Step]) -> None:
        """The same within a transaction that was begun by the caller."""
        for step in steps:
            match step:
                case PutFile():
                    self._put_file(step)
                case PutDocument():
                    self._put_document(step)
                case RenameDocuments():
                    self._rename(step)
                case DropDocuments():
                    self._drop_documents(step.ids)
                case DropFile():
                    self._drop_file(step.number)

    def publish(self, projection: Projection, followed: Sequence[int]) -> None:
        """Makes a projection the one that is searched, and takes the changes it has followed out of the outbox."""
        with self.transaction():
            self._connection.execute(
                "UPDATE facts SET value = ? WHERE name = 'projection'", (json.dumps(projection.as_json()),)
            )
            self._connection.executemany("DELETE FROM outbox WHERE passage = ?", [(int(n),) for n in followed])
            # Whatever came after the projection will be copied as it is by then.
            self._connection.execute("DELETE FROM outbox WHERE passage > ?", (projection.upto,))

    def put_store(self, store: str | None) -> None:
        """Where the projection is kept from now on: on a Chroma server, or in the folder (None)."""
        with self.transaction():
            self._connection.execute("UPDATE facts SET value = ? WHERE name = 'store'", (json.dumps(store),))
            self._connection.execute("UPDATE facts SET value = 'null' WHERE name = 'projection'")

    def checkpoint(self) -> None:
        """Brings the WAL into the database file, as far as no reader is in the way: it is not waited for."""
        with self._translated():
            self._connection.execute("PRAGMA busy_timeout = 100")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._connection.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")

    # --- checking and mending --------------------------------------------------------------------------------------

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        """What a check asks. Raises IndexDamaged."""
        with self._translated():
            return self._connection.execute(query, parameters).fetchall()

    def check_database(self) -> None:
        """Raises IndexDamaged when SQLite finds its own file damaged."""
        problems = [row[0] for row in self.rows("PRAGMA integrity_check(5)") if row[0] != "ok"]
        # An index over words that does not match its texts is told apart by itself, and can be made again.
        problems = [p for p in problems if "fts5" not in p.lower() and "malformed inverted index" not in p]
        if problems:
            raise damaged(sqlite3.DatabaseError(problems[0]), str(database_path(self.index)))

    def forget_states(self, document_ids: Sequence[str]) -> None:
        """Makes the next sync read the files of these documents again, whatever their times say."""
        with self.transaction() as connection:
            for document_id in document_ids:
                row = connection.execute("SELECT content FROM documents WHERE id = ?", (document_id,)).fetchone()
                connection.execute("UPDATE documents SET fingerprint = '' WHERE id = ?", (document_id,))
                connection.execute("UPDATE contents SET fingerprint = NULL WHERE number = ?", row)
                connection.execute("UPDATE files SET size = -1, modified = -1, changed = -1 WHERE content = ?", row)

    def delete(self, table: str, condition: str) -> None:
        with self.transaction() as connection:
            connection.execute(f"DELETE FROM {table} WHERE {condition}")

    def drop_contents_without_files(self) -> None:
        with self.transaction() as connection:
            for (content,) in connection.execute(
                "SELECT number FROM contents WHERE number NOT IN (SELECT content FROM files WHERE content IS NOT NULL)"
            ).fetchall():
                self._drop_if_unused(content)

    def put_vectors(self, vectors: Sequence[tuple[int, bytes]]) -> None:
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", vectors)

    def forget_projection(self) -> None:
        """The next one is made from nothing."""
        with self.transaction() as connection:
            connection.execute("UPDATE facts SET value = 'null' WHERE name = 'projection'")

    def words_are_whole(self) -> bool:
        """Whether the word index has the words of every text, and no others."""
        try:
            self._connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            return False
        return True

    def rebuild_words(self) -> None:
        with self.transaction() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
            self._changed = True

    def recount(self) -> list[str]:
        """Counts everything again; the names of what was counted wrongly."""
        counted = {
            "documents": "SELECT COUNT(*) FROM documents",
            "characters": "SELECT COALESCE(SUM(characters), 0) FROM documents",
            "passages": "SELECT COUNT(*) FROM passages",
        }
        wrong = []
        with self.transaction() as connection:
            for name, query in counted.items():
                value = connection.execute(query).fetchone()[0]
                if connection.execute("SELECT value FROM counts WHERE name = ?", (name,)).fetchone()[0] != value:
                    connection.execute("UPDATE counts SET value = ? WHERE name = ?", (value, name))
                    wrong.append(name)
        return wrong

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                if self._changed:
                    self._connection.execute(
                        "UPDATE facts SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'revision'"
                    )
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._changed = False

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise damaged(error, str(database_path(self.index))) from error

    def _put_file(self, step: PutFile) -> None:
        before = self._connection.execute("SELECT content FROM files WHERE number = ?", (step.number,)).fetchone()
        if step.content is not None:
            self._connection.execute(
                "INSERT INTO contents (number, fingerprint, namer) VALUES (?, ?, ?) ON CONFLICT (number) DO UPDATE SET "
                "fingerprint = excluded.fingerprint, namer = CASE WHEN ? THEN excluded.namer ELSE namer END",
                (step.content, step.fingerprint if step.complete else None, step.number, step.namer),
            )
        state = step.state if step.complete else FileState(-1, -1, -1)
        self._connection.execute(
            "INSERT INTO files (number, source, path, size, modified, changed, looked, content, failures) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET source = excluded.source, "
            "path = excluded.path, size = excluded.size, modified = excluded.modified, changed = excluded.changed, "
            "looked = excluded.looked, content = excluded.content, failures = excluded.failures",
            (
                step.number, step.source, step.below, state.size, state.modified, state.changed, step.looked,
                step.content, _json(step.failures),
            ),
        )  # fmt: skip
        if before is not None and before[0] is not None and before[0] != step.content:
            self._drop_if_unused(before[0])

    def _put_document(self, step: PutDocument) -> None:
        d = step.document
        for old in dict.fromkeys(x for x in (step.replaces, d.id) if x is not None):
            self._drop_documents((old,))
        self._took_id(step.replaces, d.id)
        cursor = self._connection.execute(
            "INSERT INTO documents (id, content, text, characters, title, source, published, day, author, origin, "
            "fingerprint, text_fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                d.id, step.content, d.text, len(d.text), d.title, d.source, *_times(d), d.author, d.origin,
                step.fingerprint, step.text_fingerprint,
            ),
        )  # fmt: skip
        owner = cursor.lastrowid
        assert step.vectors is not None, "vectors are made before a step is carried out"
        for passage, vector in zip(step.passages, step.vectors, strict=True):
            number = self._connection.execute(
                "INSERT INTO passages (document, start, stop, locator) VALUES (?, ?, ?, ?)",
                (owner, passage.start, passage.end, passage.locator),
            ).lastrowid
            assert number is not None
            self._put_times(number, passage)
            self._connection.execute("INSERT INTO vectors VALUES (?, ?)", (number, packed(vector)))
            self._connection.execute(
                "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", (number, d.title, passage.text)
            )
        self._changed = True

    def _put_times(self, number: int, passage: Passage) -> None:
        """When a passage was written, and what it says of time, in the place of what was known of that."""
        posted = passage.posted.isoformat() if passage.posted is not None else None
        self._connection.execute("UPDATE passages SET posted = ? WHERE number = ?", (posted, number))
        self._connection.execute("DELETE FROM times WHERE passage = ?", (number,))
        self._connection.executemany(
            "INSERT INTO times VALUES (?, ?, ?, ?, ?)",
            [(number, t.start, t.end, t.first.isoformat(), t.last.isoformat()) for t in passage.times],
        )

    def _date_again(self, document: Document) -> None:
        """The times of all passages of a document, which was given another day."""
        numbers = self._connection.execute(
            "SELECT p.start, p.number FROM passages p JOIN documents d ON d.number = p.document WHERE d.id = ?",
            (document.id,),
        )
        at = dict(numbers.fetchall())
        for passage in passages(document):
            self._put_times(at[passage.start], passage)

    def _rename(self, step: RenameDocuments) -> None:
        # Two documents may exchange their ids: all step aside first.
        for before, _, _ in step.documents:
            self._connection.execute("UPDATE documents SET id = ? WHERE id = ?", (f"\0{before}", before))
        for before, d, fingerprint in step.documents:
            stated = self._connection.execute(
                "SELECT published FROM documents WHERE id = ?", (f"\0{before}",)
            ).fetchone()
            self._connection.execute(
                "UPDATE documents SET id = ?, source = ?, published = ?, day = ?, author = ?, origin = ?, fingerprint = ? "
                "WHERE id = ?",
                (d.id, d.source, *_times(d), d.author, d.origin, fingerprint, f"\0{before}"),
            )
            self._took_id(before, d.id)
            if stated is not None and stated[0] != _times(d)[0]:
                self._date_again(d)
            self._connection.execute(
                "INSERT OR IGNORE INTO outbox SELECT p.number, 'renamed' FROM passages p JOIN documents d "
                "ON d.number = p.document WHERE d.id = ?",
                (d.id,),
            )
        self._changed = True

    def _took_id(self, before: str | None, now: str) -> None:
        """A document has the id `now`; when it had another one, that goes on resolving, unless a document takes it."""
        self._connection.execute("DELETE FROM former_ids WHERE id = ?", (now,))
        if before is not None and before != now:
            self._connection.execute("UPDATE former_ids SET now = ? WHERE now = ?", (now, before))
            self._connection.execute("INSERT OR REPLACE INTO former_ids VALUES (?, ?)", (before, now))

    def _drop_documents(self, ids: Sequence[str]) -> None:
        for document_id in ids:
            row = self._connection.execute("SELECT number FROM documents WHERE id = ?", (document_id,)).fetchone()
            if row is None:
                continue
            self._connection.execute(
                "INSERT INTO words (words, rowid, title, text) SELECT 'delete', number, title, text FROM texts "
                "WHERE number IN (SELECT number FROM passages WHERE document = ?)",
                row,
            )
            self._connection.execute(
                "DELETE FROM vectors WHERE passage IN (SELECT number FROM passages WHERE document = ?)", row
            )
            self._connection.execute("DELETE FROM passages WHERE document = ?", row)
            self._connection.execute("DELETE FROM documents WHERE number = ?", row)
            self._changed = True

    def _drop_file(self, number: int) -> None:
        row = self._connection.execute("SELECT content FROM files WHERE number = ?", (number,)).fetchone()
        self._connection.execute("DELETE FROM files WHERE number = ?", (number,))
        if row is not None and row[0] is not None:
            self._drop_if_unused(row[0])

    def _drop_if_unused(self, content: int) -> None:
        if self._connection.execute("SELECT 1 FROM files WHERE content = ? LIMIT 1", (content,)).fetchone():
            return
        ids = [i for (i,) in self._connection.execute("SELECT id FROM documents WHERE content = ?", (content,))]
        self._drop_documents(ids)
        self._connection.executemany("DELETE FROM former_ids WHERE now = ?", [(i,) for i in ids])
        self._connection.execute("DELETE FROM contents WHERE number = ?", (content,))


def _json(failures: Sequence[Failure]) -> str:
    return json.dumps([[f.source, f.reason] for f in failures])


def _times(document: Document) -> tuple[str | None, str | None]:
    stated = document.published.isoformat() if document.published is not None else None
    return stated, stated[:10] if stated else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

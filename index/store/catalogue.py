"""The truth, read: documents with their exact text, passages, vectors and words, each reading in one snapshot.

SQLite in WAL mode gives every reader the state of the last commit before it began, whatever a writer does meanwhile:
all that one search reads, it reads in one `Snapshot`, so it sees whole documents, old or new, never a mixture.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ..documents import Document, Failure, Passage, TimeExpression
from ..errors import IndexDamaged, UnknownDocument
from ..filters import Filters
from ..paths import readable
from .folder import ReadingFiles
from .schema import check_format
from .selection import Selection, selection
from .words import about, matching_words, spelt_otherwise

T = TypeVar("T")

_PARAMETERS = 500
"""Parameters of one statement; SQLite allows no more than 999 in older builds."""
STORED = np.dtype("<f2")
"""How vectors are stored: half floats. Cosines with the float32 originals stay above 0.99999 (tests/index/store)."""

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the corpus holds. Dates are days, as ISO 8601, of the earliest and the latest document that has one."""

    documents: int
    passages: int
    characters: int
    earliest: str | None
    latest: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was ingested: a folder or a single file. `synced` is the time of its last complete sync, ISO 8601.

    `files` counts its places: a file whose content is at two places counts at both. `failures` are what of it could not
    be used at the last sync."""

    path: str
    kind: str
    files: int
    documents: int
    added: str
    synced: str | None
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """The published vector index: its folder inside the index's, what it holds, and how its files were when published.

    It holds every passage up to number `upto` but the deleted ones; `files` gives size, time of change and SHA-256 of
    each file that nobody writes to any more."""

    name: str
    upto: int
    passages: int
    files: dict[str, tuple[int, int, str]]

    @property
    def on_server(self) -> bool:
        """Whether its name is the address of a Chroma server instead of a folder's."""
        return self.name.startswith(("http://", "https://"))

    @property
    def version(self) -> str:
        """Changes whenever another projection is published."""
        return f"{self.name}#{self.upto}"

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "upto": self.upto,
            "passages": self.passages,
            "files": {name: list(facts) for name, facts in self.files.items()},
        }

    @staticmethod
    def of_json(stored: dict[str, Any] | None) -> Projection | None:
        if stored is None:
            return None
        files = {name: (int(size), int(time), str(sha)) for name, (size, time, sha) in stored["files"].items()}
        return Projection(str(stored["name"]), int(stored["upto"]), int(stored["passages"]), files)


class Snapshot:
    """One state of the index. Passages go by their numbers here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # --- facts -------------------------------------------------------------------------------------------------

    def fact(self, name: str) -> Any:
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    @property
    def revision(self) -> int:
        """Grows with every commit that changes documents."""
        return int(self.fact("revision"))

    @property
    def projection(self) -> Projection | None:
        return Projection.of_json(self.fact("projection"))

    def counts(self) -> Counts:
        """Kept by triggers and read off an index: costs the same for any number of documents."""
        held = dict(self._connection.execute("SELECT name, value FROM counts").fetchall())
        earliest, latest = self._connection.execute(
            "SELECT (SELECT MIN(day) FROM documents), (SELECT MAX(day) FROM documents)"
        ).fetchone()
        return Counts(held["documents"], held["passages"], held["characters"], earliest, latest)

    def sources(self) -> list[Source]:
        rows = self._connection.execute(
            "SELECT s.path, s.kind, s.added, s.synced, s.problems, s.number FROM sources s ORDER BY s.path"
        ).fetchall()
        return [self._source(*row) for row in rows]

    def _source(self, path: bytes, kind: str, added: str, synced: str | None, problems: str, number: int) -> Source:
        files, documents = self._connection.execute(
            "SELECT COUNT(DISTINCT f.number), COUNT(d.number) FROM files f LEFT JOIN documents d ON d.content = f.content "
            "WHERE f.source = ?",
            (number,),
        ).fetchone()
        failed = self._connection.execute(
            "SELECT failures FROM files WHERE source = ? AND failures != '[]' ORDER BY path", (number,)
        )
        stored = [*json.loads(problems), *(f for (text,) in failed for f in json.loads(text))]
        return Source(readable(path), kind, files, documents, added, synced, tuple(Failure(*f) for f in stored))

    # --- documents ---------------------------------------------------------------------------------------------

    def document(self, document_id: str) -> Document:
        """By its id, or by one that it had before it was moved. Raises UnknownDocument when there is none."""
        row = self._connection.execute(f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            row = self._connection.execute(
                f"SELECT {_DOCUMENT} FROM documents WHERE id = (SELECT now FROM former_ids WHERE id = ?)",
                (document_id,),
            ).fetchone()
        if row is None:
            raise UnknownDocument(f"No document has the id {document_id!r}. `newsdesk search` shows ids.")
        return document_of(row)

    def documents(
        self, limit: int = -1, among: Selection | None = None, *, oldest_first: bool = False
    ) -> list[Document]:
        """The newest (or oldest) first, at most `limit` (all when negative); those without a day come last."""
        where, parameters = (f"WHERE {among.condition}", among.parameters) if among is not None else ("", ())
        order = "ASC" if oldest_first else "DESC"
        rows = self._connection.execute(
            f"SELECT {_DOCUMENT} FROM documents d {where} ORDER BY published IS NULL, published {order}, id LIMIT ?",
            (*parameters, limit),
        )
        return [document_of(row) for row in rows]

    def count(self, among: Selection) -> int:
        """How many documents are selected."""
        row = self._connection.execute(
            f"SELECT COUNT(*) FROM documents d WHERE {among.condition}", among.parameters
        ).fetchone()
        return int(row[0])

    def about(self, topic: str, among: Selection) -> Selection:
        """Those of the selected documents that have all the words of `topic` and the rarest of them in their title or
        opening, or in several passages."""
        return about(self._connection, topic, among)

    def openings(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The first passage of each of these documents that has one."""
        numbers = [
            number
            for part in _parts_of(ids)
            for (number,) in self._connection.execute(
                "SELECT (SELECT p.number FROM passages p WHERE p.document = d.number ORDER BY p.start LIMIT 1) "
                f"FROM documents d WHERE d.id IN ({_marks(part)})",
                part,
            )
            if number is not None
        ]
        return {p.document_id: p for p in self.passages(numbers).values()}

    def places(self, document_id: str) -> list[str]:
        """The files that a document's content is at: two for a copy."""
        rows = self._connection.execute(
            "SELECT s.path, s.kind, f.path FROM documents d JOIN files f ON f.content = d.content "
            "JOIN sources s ON s.number = f.source WHERE d.id = ? ORDER BY f.number",
            (document_id,),
        )
        return [readable(path if kind == "file" else path + b"/" + below) for path, kind, below in rows]

    # --- passages ----------------------------------------------------------------------------------------------

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """Those of the numbers that are passages in this state, with their text cut out of their documents."""
        found: dict[int, Passage] = {}
        for part in _parts(numbers):
            rows = self._connection.execute(
                f"SELECT number, document, start, stop, locator, posted FROM passages WHERE number IN ({_marks(part)})",
                part,
            ).fetchall()
            documents = self._documents_by_number(list({row[1] for row in rows}))
            times = self._times(part)
            for number, owner, start, stop, locator, posted in rows:
                found[number] = replace(
                    passage_of(documents[owner], start, stop),
                    locator=locator,
                    posted=datetime.fromisoformat(posted) if posted else None,
                    times=tuple(times.get(number, ())),
                )
        return found

    def _times(self, numbers: Sequence[int]) -> dict[int, list[TimeExpression]]:
        rows = self._connection.execute(
            f"SELECT passage, start, stop, first, last FROM times WHERE passage IN ({_marks(numbers)}) ORDER BY start",
            numbers,
        )
        found: dict[int, list[TimeExpression]] = {}
        for passage, start, stop, first, last in rows:
            days = date.fromisoformat(first), date.fromisoformat(last)
            found.setdefault(passage, []).append(TimeExpression(start, stop, *days))
        return found

    def _documents_by_number(self, numbers: Sequence[int]) -> dict[int, Document]:
        rows = self._connection.execute(
            f"SELECT number, {_DOCUMENT} FROM documents WHERE number IN ({_marks(numbers)})", numbers
        )
        return {row[0]: document_of(row[1:]) for row in rows}

    def living(self, numbers: Sequence[int], among: Selection | None = None) -> set[int]:
        """Those of the numbers that are passages in this state (and of selected documents)."""
        found: set[int] = set()
        for part in _parts(numbers):
            if among is None:
                rows = self._connection.execute(f"SELECT number FROM passages WHERE number IN ({_marks(part)})", part)
            else:
                rows = self._connection.execute(
                    "SELECT p.number FROM passages p JOIN documents d ON d.number = p.document "
                    f"WHERE p.number IN ({_marks(part)}) AND {among.condition}",
                    (*part, *among.parameters),
                )
            found.update(number for (number,) in rows)
        return found

    def select(self, filters: Filters) -> Selection:
        return selection(filters, self._connection.execute("SELECT number, path FROM sources").fetchall())

    def selected(self, among: Selection, limit: int) -> Numbers:
        """Numbers of the selected passages, at most `limit`, ascending."""
        rows = self._connection.execute(f"{among.passages} ORDER BY p.number LIMIT ?", (*among.parameters, limit))
        return np.array([number for (number,) in rows], dtype=np.int64)

    # --- words -------------------------------------------------------------------------------------------------

    def matching_words(self, query: str, n: int, among: Selection | None = None) -> list[tuple[int, float]]:
        """The `n` passages that match best with their BM25 score (higher is better), best first; any text is safe."""
        return matching_words(self._connection, query, n, self.counts().passages, among)

    def spelt_otherwise(self, word: str) -> str | None:
        """A word of the passages that `word`, which stands in none, most likely means, as one of them writes it."""
        return spelt_otherwise(self._connection, word)

    # --- vectors -----------------------------------------------------------------------------------------------

    def vectors_after(self, number: int, limit: int = -1) -> tuple[Numbers, Vectors]:
        """Of the passages with higher numbers, ascending, at most `limit`: numbers (n,) and unit vectors (n, dimension)."""
        rows = self._connection.execute(
            "SELECT passage, vector FROM vectors WHERE passage > ? ORDER BY passage LIMIT ?", (number, limit)
        ).fetchall()
        return _unpacked(rows)

    def numbers_up_to(self, upto: int) -> set[int]:
        """Every passage up to a number, with those that were deleted since the published projection was made."""
        rows = self._connection.execute(
            "SELECT number FROM passages WHERE number <= ? UNION SELECT passage FROM outbox WHERE passage <= ? AND "
            "change = 'deleted'",
            (upto, upto),
        )
        return {number for (number,) in rows}

    def behind(self, published: Projection | None) -> int:
        """How many passages came or went since a projection was published; all of them when none was."""
        upto = published.upto if published is not None else 0
        return int(
            self._connection.execute(
                "SELECT (SELECT COUNT(*) FROM vectors WHERE passage > ?) + (SELECT COUNT(*) FROM outbox)", (upto,)
            ).fetchone()[0]
        )

    def outbox(self) -> dict[int, str]:
        """Passages that were `deleted` or `renamed` since the published projection was made."""
        return dict(self._connection.execute("SELECT passage, change FROM outbox ORDER BY passage").fetchall())

    def nearest(self, vector: Vectors, n: int, among: Selection) -> list[tuple[int, float]]:
        """The `n` selected passages nearest to a unit vector, by comparing it with every one: exact, for few."""
        rows = self._connection.execute(
            f"SELECT passage, vector FROM vectors WHERE passage IN ({among.passages})", among.parameters
        ).fetchall()
        return exact_nearest(vector, *_unpacked(rows), n)


class Catalogue:
    """The truth of one index, opened to read. Safe to share between threads; each snapshot has its own connection."""

    def __init__(self, index: Path) -> None:
        self.files = ReadingFiles(index)
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._closed = False
        try:
            with self.snapshot() as state:
                check_format(state._connection, str(index))
                self.identity = str(state.fact("identity"))
        except BaseException:
            self.close()
            raise

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One state of the index, for as long as the block lasts. Raises IndexDamaged."""
        try:
            try:
                connection = self._idle.get_nowait()
            except Empty:
                connection = self.files.connect()
            connection.execute("BEGIN")
        except sqlite3.DatabaseError as error:
            raise damaged(error, str(self.files.path)) from error
        try:
            yield Snapshot(connection)
        except sqlite3.DatabaseError as error:
            raise damaged(error, str(self.files.path)) from error
        finally:
            connection.rollback()
            if self._closed:
                connection.close()
            else:
                self._idle.put(connection)

    def copy_to(self, file: Path) -> None:
        """The state of the moment as a database of its own, without free pages. Raises IndexDamaged."""
        connection = self.files.connect()
        try:
            connection.execute("PRAGMA query_only = OFF")  # which stands in the way of writing another file, too
            connection.execute("VACUUM INTO ?", (str(file),))
        except sqlite3.DatabaseError as error:
            raise damaged(error, str(file)) from error
        finally:
            connection.close()

    def replaced(self) -> bool:
        """Whether another index is at this place now. Raises IndexMissing when none is."""
        return self.files.replaced()

    def close(self) -> None:
        self._closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                break
        self.files.close()


def damaged(error: sqlite3.DatabaseError, where: str) -> IndexDamaged:
    """What to do about what SQLite reports."""
    text = str(error)
    if "locked" in text or "busy" in text:
        advice = "Another process holds it: try again."
    elif "full" in text:
        advice = "The disk is full. What was reported as done is kept; make room and run the command again."
    elif "no such table" in text:
        advice = "It is not complete: run `newsdesk ingest` again."
    else:
        advice = "Restore it from a copy, or delete the index folder and ingest again."
    return IndexDamaged(f"The database {where} cannot be used: {text}. {advice}")


_DOCUMENT = "id, text, title, source, published, author, origin"


def document_of(row: Sequence[Any]) -> Document:
    published = datetime.fromisoformat(row[4]) if row[4] else None
    return Document(
        id=row[0], text=row[1], title=row[2], source=row[3], published=published, author=row[5], origin=row[6]
    )


def passage_of(document: Document, start: int, stop: int) -> Passage:
    return Passage(
        document_id=document.id,
        text=document.text[start:stop],
        start=start,
        end=stop,
        title=document.title,
        source=document.source,
        published=document.published,
    )


def exact_nearest(vector: Vectors, numbers: Numbers, vectors: Vectors, n: int) -> list[tuple[int, float]]:
    """The `n` nearest with their cosines, nearest first, of unit vectors (len(numbers), dimension)."""
    if not len(numbers):
        return []
    cosines = vectors @ vector
    best = np.argpartition(-cosines, min(n, len(cosines)) - 1)[:n]
    best = best[np.lexsort((numbers[best], -cosines[best]))]
    return [(int(numbers[i]), float(cosines[i])) for i in best]


def packed(vector: Vectors) -> bytes:
    """A vector as it is stored."""
    return vector.astype(STORED).tobytes()


def _unpacked(rows: Sequence[tuple[int, bytes]]) -> tuple[Numbers, Vectors]:
    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    if not rows:
        return numbers, np.zeros((0, 0), dtype=np.float32)
    joined = np.frombuffer(b"".join(vector for _, vector in rows), dtype=STORED)
    return numbers, joined.reshape(len(rows), -1).astype(np.float32)


def _parts(values: Sequence[int]) -> Iterator[list[int]]:
    return _parts_of([int(v) for v in values])


def _parts_of(values: Sequence[T]) -> Iterator[list[T]]:
    for begin in range(0, len(values), _PARAMETERS):
        yield list(values[begin : begin + _PARAMETERS])


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))

"""The folder of an index: where things lie in it, who may write, and how its database is opened.

newsdesk.sqlite3     the truth: sources, documents, passages, vectors, words (WAL)
chroma-N/            the published projection for the vector search; a new one has a new N
writing.lock         held by the one writer
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from ..errors import CorpusError, IndexBusy, IndexMismatch, IndexMissing

DATABASE = "newsdesk.sqlite3"
PROJECTION_PREFIX = "chroma-"
LOCK = "writing.lock"
BUSY_SECONDS = 30.0
"""How long a connection waits for another one's lock. In WAL mode readers and the writer do not wait for each other:
only recovery after a crash and a checkpoint take exclusive locks, for moments."""


def database_path(index: Path) -> Path:
    return index / DATABASE


def projection_path(index: Path, name: str) -> Path:
    return index / name


def check_folder(index: Path) -> None:
    """Raises IndexMissing when no index is at `index`, IndexMismatch when it is one of an older version."""
    try:
        if database_path(index).is_file():
            return
        old = (index / "chroma.sqlite3").is_file()
    except OSError as error:  # a name that is too long, or that lies under a file
        raise IndexMissing(f"There is no index at {index}: {error.strerror or error}.") from error
    if old:
        raise IndexMismatch(
            f"The index at {index} was built by an older version, or has lost {DATABASE}. Delete the folder and run "
            "`newsdesk ingest` again."
        )
    raise IndexMissing(f"There is no index at {index}. Build one with `newsdesk ingest FOLDER --index {index}`.")


def make_folder(index: Path) -> None:
    """Raises CorpusError when no folder can be there."""
    try:
        if index.exists() and not index.is_dir():
            raise CorpusError(f"{index} is a file; an index is a folder.")
        index.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CorpusError(f"No index can be kept at {index}: {error.strerror or error}.") from error


class WritingLock:
    """One writer at a time, across processes; let go by the system when its holder dies."""

    def __init__(self, index: Path, wait: float) -> None:
        from filelock import FileLock

        self._index, self._lock = index, FileLock(index / LOCK, timeout=wait)

    def __enter__(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout as error:
            raise IndexBusy(
                f"Another process is writing to {self._index}. Try again when it has finished, or wait for it with "
                "--wait SECONDS."
            ) from error
        except OSError as error:
            raise CorpusError(f"{self._index} cannot be written to: {error.strerror or error}.") from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_CACHE_KIB = 16 * 1024
"""Pages of the database that a writer keeps. Measured on 30,000 short files: with 64 MiB no faster, and 50 MB more."""


def connect_to_write(index: Path) -> sqlite3.Connection:
    """A connection that may write. A commit is on the disk when it returns (synchronous = FULL)."""
    connection = sqlite3.connect(
        database_path(index), timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


class ReadingFiles:
    """How the database of an index is read: in place where SQLite may keep its two helper files beside it; on a
    read-only folder as a file that nobody changes, or from a copy when a writer left part of it in the WAL."""

    def __init__(self, index: Path) -> None:
        check_folder(index)
        self.path = database_path(index)
        self._copied: tempfile.TemporaryDirectory[str] | None = None
        self._uri = f"{self.path.resolve().as_uri()}?mode=rw"
        if not os.access(index, os.W_OK) or _on_read_only_device(index):
            wal = self.path.with_name(DATABASE + "-wal")
            if wal.is_file() and wal.stat().st_size:
                self._copied = tempfile.TemporaryDirectory(prefix="newsdesk-")
                for file in (self.path, wal):
                    shutil.copyfile(file, Path(self._copied.name) / file.name)
                self._uri = f"{(Path(self._copied.name) / DATABASE).as_uri()}?mode=rw"
            else:
                self._uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        facts = self.path.stat()
        self._opened = facts.st_dev, facts.st_ino

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    def replaced(self) -> bool:
        """Whether the database at this place is another one than was opened. Raises IndexMissing when it is gone.

        A connection is open all the while, so the file system cannot give the number of the old file to a new one."""
        try:
            facts = self.path.stat()
        except OSError as error:
            raise IndexMissing(f"The index at {self.path.parent} was deleted while it was open.") from error
        return (facts.st_dev, facts.st_ino) != self._opened

    def close(self) -> None:
        if self._copied is not None:
            self._copied.cleanup()


def _on_read_only_device(index: Path) -> bool:
    """Whether the folder's file system refuses writes, which permissions do not show to an administrator."""
    try:
        return bool(os.statvfs(index).f_flag & os.ST_RDONLY)
    except (AttributeError, OSError):
        return False

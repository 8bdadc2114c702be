"""An index as one file: written from a snapshot while others go on, and read into a folder of its own.

The file is the truth alone, an SQLite database; the vector index is made again from the stored vectors.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from .errors import CorpusError, IndexDamaged
from .store.catalogue import Catalogue, damaged
from .store.folder import DATABASE, WritingLock, database_path, make_folder
from .store.following import make_anew
from .store.schema import check_format
from .store.writing import Writer


def export_index(index: str | Path, file: str | Path) -> int:
    """Writes the index at `index` to a new `file`; returns its size in bytes. Raises IndexMissing, CorpusError."""
    target = Path(file)
    if target.exists():
        raise CorpusError(f"{target} exists already: give a new name.")
    catalogue = Catalogue(Path(index))
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        catalogue.copy_to(unfinished)
        copy = sqlite3.connect(unfinished)
        try:
            copy.execute(
                "UPDATE facts SET value = 'null' WHERE name = 'projection' AND "
                "(SELECT value FROM facts WHERE name = 'store') = 'null'"
            )
            copy.execute("DELETE FROM outbox")
            copy.commit()
        finally:
            copy.close()
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.rename(target)
        return target.stat().st_size
    except sqlite3.DatabaseError as error:
        raise damaged(error, str(target)) from error
    except OSError as error:
        raise CorpusError(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
        catalogue.close()


def import_index(file: str | Path, index: str | Path) -> int:
    """Makes an index at `index`, where none may be yet, from an exported file; returns its number of documents.

    An index whose vectors are searched on a Chroma server goes on searching them there.
    Raises CorpusError, IndexDamaged, IndexMismatch."""
    source, folder = Path(file), Path(index)
    if not source.is_file():
        raise CorpusError(f"There is no file {source}.")
    _check(source)
    make_folder(folder)
    with WritingLock(folder, 0.0):
        if database_path(folder).exists():
            raise CorpusError(f"There is an index at {folder} already: give a new folder, or delete that one.")
        unfinished = folder / f"{DATABASE}.part"
        try:
            _copy(source, unfinished)
            unfinished.rename(database_path(folder))
        except OSError as error:
            raise CorpusError(f"The index cannot be written to {folder}: {error.strerror or error}.") from error
        finally:
            unfinished.unlink(missing_ok=True)
        writer = Writer(folder)
        try:
            held = writer.state.counts()
            if held.passages and not writer.state.fact("store"):
                make_anew(writer)
            writer.checkpoint()
            return held.documents
        finally:
            writer.close()


def _check(file: Path) -> None:
    """Raises IndexDamaged and IndexMismatch for what is no whole exported index."""
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        check_format(connection, str(file))
        problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(f"{file} is not an exported index, or is damaged: {error}.") from error
    finally:
        connection.close()
    if problem != "ok":
        raise IndexDamaged(f"{file} is damaged: {problem}. Export it again.")


def _copy(source: Path, target: Path) -> None:
    """Through SQLite's own backup, so that the copy is a database whatever happens to the source meanwhile."""
    one = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    two = sqlite3.connect(target)
    try:
        one.backup(two)
    finally:
        one.close()
        two.close()
    with target.open("rb") as written:
        os.fsync(written.fileno())

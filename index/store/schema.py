"""The tables of the truth. One SQLite file holds all that an index knows; everything else can be made from it.

Passage numbers only ever grow (AUTOINCREMENT) and a passage never changes: a changed document gets new passages. So
"what was added since" is a comparison of numbers, and a projection or a reader's memory that knows the passages up to
some number stays right about them. What is deleted is written down in `outbox`, in the transaction that deletes it
(a transactional outbox: Richardson, "Microservices Patterns", 2018), until the published projection has followed.
"""

from __future__ import annotations

import json
import sqlite3
import uuid

from ..errors import IndexDamaged, IndexMismatch
from ..language.bm25 import TOKENIZER

FORMAT = 3
"""Raised when documents are cut or stored differently: an index of another format must be built again."""

TABLES = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- what was asked to be ingested: a folder, or a single file
CREATE TABLE sources (
    number INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('folder', 'file')),
    added TEXT NOT NULL, synced TEXT, problems TEXT NOT NULL DEFAULT '[]'
);
-- the bytes of a file; two files with the same bytes share one. No fingerprint while it is being taken in.
-- `namer` is the number of the file that its documents are named after.
CREATE TABLE contents (number INTEGER PRIMARY KEY, fingerprint TEXT UNIQUE, namer INTEGER);
CREATE TABLE files (
    number INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources, path BLOB NOT NULL,
    size INTEGER NOT NULL, modified INTEGER NOT NULL, changed INTEGER NOT NULL, looked INTEGER NOT NULL,
    content INTEGER REFERENCES contents, failures TEXT NOT NULL DEFAULT '[]',
    UNIQUE (source, path)
);
CREATE INDEX files_content ON files (content);

CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, content INTEGER NOT NULL REFERENCES contents,
    text TEXT NOT NULL, characters INTEGER NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL, published TEXT,
    day TEXT, author TEXT NOT NULL, origin TEXT NOT NULL, fingerprint TEXT NOT NULL,
    text_fingerprint TEXT NOT NULL
);
CREATE INDEX documents_content ON documents (content);
CREATE INDEX documents_day ON documents (day);
CREATE INDEX documents_newest ON documents (published IS NULL, published DESC, id);
-- ids of documents that were moved or renamed, so that old citations resolve
CREATE TABLE former_ids (id TEXT PRIMARY KEY, now TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX former_ids_now ON former_ids (now);

CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, locator TEXT NOT NULL DEFAULT '', posted TEXT
);
CREATE INDEX passages_document ON passages (document);
-- what a passage says of time: the place in its document, and the first and the last day that are meant
CREATE TABLE times (
    passage INTEGER NOT NULL REFERENCES passages, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    first TEXT NOT NULL, last TEXT NOT NULL
);
CREATE INDEX times_passage ON times (passage);
CREATE INDEX times_days ON times (first, last);
CREATE TABLE vectors (passage INTEGER PRIMARY KEY REFERENCES passages, vector BLOB NOT NULL);

CREATE VIEW texts AS
    SELECT p.number AS number, d.title AS title, substr(d.text, p.start + 1, p.stop - p.start) AS text
    FROM passages p JOIN documents d ON d.number = p.document;
CREATE VIRTUAL TABLE words USING fts5(
    title, text, content = 'texts', content_rowid = 'number', tokenize = '{TOKENIZER}'
);

-- what the published projection has yet to follow; new passages are known by their numbers and do not stand here
CREATE TABLE outbox (passage INTEGER PRIMARY KEY, change TEXT NOT NULL CHECK (change IN ('deleted', 'renamed')));

-- counted as they come and go, so that no question counts them
CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counts VALUES ('documents', 0), ('characters', 0), ('passages', 0);
CREATE TRIGGER document_added AFTER INSERT ON documents BEGIN
    UPDATE counts SET value = value + CASE name WHEN 'documents' THEN 1 ELSE new.characters END
    WHERE name IN ('documents', 'characters');
END;
CREATE TRIGGER document_removed AFTER DELETE ON documents BEGIN
    UPDATE counts SET value = value - CASE name WHEN 'documents' THEN 1 ELSE old.characters END
    WHERE name IN ('documents', 'characters');
END;
CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN
    UPDATE counts SET value = value + 1 WHERE name = 'passages';
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN
    UPDATE counts SET value = value - 1 WHERE name = 'passages';
    INSERT OR REPLACE INTO outbox VALUES (old.number, 'deleted');
    DELETE FROM times WHERE passage = old.number;
END;
"""


def create(connection: sqlite3.Connection, embedding_model: str, dimension: int) -> None:
    """Makes the tables in an empty database, in one transaction."""
    facts = {
        "format": FORMAT,
        "identity": uuid.uuid4().hex,
        "embedding_model": embedding_model,
        "dimension": dimension,
        "revision": 0,
        "projection": None,
        "store": None,
    }
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in _statements(TABLES):
            connection.execute(statement)
        connection.executemany("INSERT INTO facts VALUES (?, ?)", [(k, json.dumps(v)) for k, v in facts.items()])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether the database has no tables: just made, or by a run that was killed before its first commit."""
    return not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def check_format(connection: sqlite3.Connection, where: str) -> None:
    """Raises IndexMismatch for an index of another format and IndexDamaged for what is no index at all."""
    try:
        row = connection.execute("SELECT value FROM facts WHERE name = 'format'").fetchone()
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(
            f"The database of the index at {where} cannot be read: {error}. Restore it from a copy, or delete the folder and "
            "ingest again."
        ) from error
    found = json.loads(row[0]) if row else None
    if found != FORMAT:
        raise IndexMismatch(
            f"The index at {where} has format {found}, this version needs {FORMAT}. Delete the folder and run "
            "`newsdesk ingest` again."
        )


def _statements(script: str) -> list[str]:
    """The statements of a script, one by one: `executescript` would commit what came before."""
    statements: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements

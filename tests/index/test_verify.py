from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index import IndexDamaged, sync
from index.store.folder import database_path
from index.verify import verify_index
from tests.fakes import HashedWords
from tests.index.held import held, same

BREAKS = {
    "no usable vector": "DELETE FROM vectors WHERE passage = (SELECT MIN(number) FROM passages)",
    "2 passages had no usable vector": "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE passage <= 2",
    "belong to nothing": "INSERT INTO vectors VALUES (999999, zeroblob(128))",
    "word index": "INSERT INTO words (words, rowid, title, text) SELECT 'delete', number, title, text FROM texts LIMIT 1",
    "counts of documents": "UPDATE counts SET value = 7 WHERE name = 'documents'",
}


@pytest.mark.parametrize("problem", BREAKS)
def test_what_can_be_made_again_is(problem: str, reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    before = held(index)
    connection = sqlite3.connect(database_path(index))
    connection.execute(BREAKS[problem])
    connection.commit()
    connection.close()
    assert any(problem in f.problem for f in verify_index(index))
    assert verify_index(index) == []
    same(held(index), before)


def test_a_text_that_was_changed_is_read_again_from_its_file(
    reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    before = held(index)
    connection = sqlite3.connect(database_path(index))
    connection.execute("UPDATE documents SET text = replace(text, '260', '961') WHERE id = 'flood.txt'")
    connection.commit()
    connection.close()
    assert "another text" in verify_index(index)[0].problem
    assert sync([reports], index).updated == ["flood.txt"]
    assert verify_index(index) == []
    same(held(index), before)


def test_a_torn_database_is_an_error_that_says_what_to_do(
    reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    file = database_path(index)
    data = bytearray(file.read_bytes())
    data[8192:40960] = b"\xff" * (40960 - 8192)
    file.write_bytes(data)
    with pytest.raises(IndexDamaged, match="ingest again"):
        verify_index(index)

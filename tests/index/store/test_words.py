from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Passage
from index.language.bm25 import match_expression
from index.store.words import KeywordIndex

PASSAGES = [
    Passage("a", "The ministers signed treaties.", 0, 30),
    Passage("b", "A comet was discovered.", 0, 23, title="Sky"),
]


@pytest.fixture
def keyword(tmp_path: Path) -> KeywordIndex:
    made = KeywordIndex(tmp_path / "keyword.sqlite3")
    made.rebuild([PASSAGES], 1)
    return made


def test_words_are_stemmed(keyword: KeywordIndex) -> None:
    assert [p.document_id for p, _ in keyword.search("Which treaty did the minister sign?", 5)] == ["a"]


def test_titles_count(keyword: KeywordIndex) -> None:
    assert [p for p, _ in keyword.search("sky", 5)] == [PASSAGES[1]]


def test_updates_replace_and_remove(keyword: KeywordIndex) -> None:
    keyword.update(["a"], [Passage("a", "The bridge fell.", 0, 16)])
    assert keyword.generation() is None
    keyword.finish(2)
    assert keyword.generation() == 2
    assert not keyword.search("treaty", 5)
    assert len(keyword.search("bridge", 5)) == 1


def test_a_damaged_cache_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "keyword.sqlite3"
    path.write_bytes(b"this is not a database, it is a broken cache file" * 50)
    assert KeywordIndex(path).generation() is None


@given(st.text(max_size=80))
def test_no_query_is_a_syntax_error(query: str) -> None:
    made = KeywordIndex(Path(":memory:"))
    made.search(query, 3)
    made.close()


def test_only_stop_words_still_search() -> None:
    assert match_expression("who is it") == '"who" OR "is" OR "it"'

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.language import wordlists
from index.language.wordlists import entries, word_set

FILES = sorted((Path(wordlists.__file__).parent / "resources").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_list_says_where_it_is_from_has_each_entry_once_and_is_used(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert len(first) > 40
    found = entries(path.stem)
    assert found
    assert len(found) == len(set(found))
    room = path.parents[1]
    assert any(re.search(rf"['\"]{path.stem}['\"]", p.read_text("utf-8")) for p in room.glob("*.py"))


def test_a_list_is_read_once_and_must_exist() -> None:
    assert entries("weekdays") is entries("weekdays")
    assert "risen" in word_set("irregular_verbs")
    with pytest.raises(FileNotFoundError):
        entries("no such list")

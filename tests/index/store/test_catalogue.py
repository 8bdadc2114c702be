from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index import IndexDamaged, IndexMismatch, UnknownDocument, sync
from index.store.catalogue import Catalogue, exact_nearest, packed
from index.store.folder import database_path
from tests.fakes import HashedWords


def test_a_snapshot_stays_as_it_was_while_others_write(
    reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    catalogue = Catalogue(index)
    with catalogue.snapshot() as before:
        assert before.counts().documents == 3
        (reports / "flood.txt").write_text("Flood over\n\nThe water has gone.")
        (reports / "comet.txt").unlink()
        sync([reports], index)
        assert before.counts().documents == 3
        assert "260 people" in before.document("flood.txt").text
        assert before.document("comet.txt").title == "Comet found by schoolgirl"
        with catalogue.snapshot() as now:
            assert now.counts().documents == 2
            assert now.revision > before.revision
            assert "260 people" not in now.document("flood.txt").text
            with pytest.raises(UnknownDocument):
                now.document("comet.txt")
    catalogue.close()


def test_counts_are_those_of_the_documents(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    catalogue = Catalogue(index)
    with catalogue.snapshot() as state:
        held, documents = state.counts(), state.documents()
        assert held.characters == sum(len(d.text) for d in documents)
        assert (held.earliest, held.latest) == ("2031-03-03", "2031-03-24")
        assert [d.id for d in state.documents(1)] == ["comet.txt"]
    catalogue.close()


def test_half_floats_keep_the_direction() -> None:
    vectors = np.random.default_rng(1).standard_normal((100, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    back = np.stack([np.frombuffer(packed(v), "<f2").astype(np.float32) for v in vectors])
    assert (np.sum(vectors * back, axis=1) / np.linalg.norm(back, axis=1)).min() > 0.99999


def test_the_nearest_come_first_and_ties_in_order() -> None:
    vectors = np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32)
    found = exact_nearest(np.array([1, 0], dtype=np.float32), np.array([7, 8, 9]), vectors, 5)
    assert found == [(7, 1.0), (9, 1.0), (8, 0.0)]


def test_what_is_no_database_is_told(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    database_path(index).write_bytes(b"not a database " * 1000)
    with pytest.raises(IndexDamaged, match="ingest again"):
        Catalogue(index)


def test_an_index_of_an_older_version_is_told(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"")
    with pytest.raises(IndexMismatch, match="older version"):
        Catalogue(tmp_path)


LIVE = "Live: the blast\n9:20 - Blast heard\nIt was heard on Friday.\n14:10 - Toll rises\nTwelve are dead."


def test_what_a_passage_says_of_time_is_kept_and_follows_the_day_of_its_document(
    tmp_path: Path, hashed_words: HashedWords
) -> None:
    folder, index = tmp_path / "reports", tmp_path / "index"
    folder.mkdir()
    (folder / "2031-03-23 live.txt").write_text(LIVE)
    sync([folder], index)
    assert _times(index) == [(None, []), ("09:20", [date(2031, 3, 21)]), ("14:10", [])]
    (folder / "2031-03-23 live.txt").rename(folder / "2031-03-30 live.txt")
    assert sync([folder], index).moved
    assert _times(index) == [(None, []), ("09:20", [date(2031, 3, 28)]), ("14:10", [])]
    (folder / "2031-03-30 live.txt").unlink()
    sync([folder], index)
    with Catalogue(index).snapshot() as state:
        assert state._connection.execute("SELECT COUNT(*) FROM times").fetchone() == (0,)


def _times(index: Path) -> list[tuple[str | None, list[date]]]:
    """The time of each passage's post, and the days that it speaks of."""
    catalogue = Catalogue(index)
    with catalogue.snapshot() as state:
        found = state.passages(sorted(state.numbers_up_to(100)))
    catalogue.close()
    return [(f"{p.posted:%H:%M}" if p.posted else None, [t.first for t in p.times]) for p in found.values()]

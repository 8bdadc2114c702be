"""Whatever happens to Chroma's folder, searches answer from the truth, and the next sync mends it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import chromadb
import pytest

from index import Retriever, sync
from index.store import vectors
from index.verify import verify_index
from tests.fakes import HashedWords


def projection(index: Path) -> Path:
    opened = Retriever.open(index, reader=None)
    found = Path(opened.facts().vector_index)
    opened.close()
    return found


def found(index: Path, query: str = "comet September") -> list[str]:
    opened = Retriever.open(index, reader=None)
    ids = [h.passage.id for h in opened.search(query, k=5)]
    opened.close()
    return ids


def lose_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").unlink()


def empty_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"")


def garble_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"\0garbage" * 5000)


def empty_pickle(folder: Path) -> None:
    next(folder.rglob("index_metadata.pickle")).write_bytes(b"")


def tear_graph(folder: Path) -> None:
    file = next(folder.rglob("data_level0.bin"))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip_bytes(folder: Path) -> None:
    file = next(folder.rglob("data_level0.bin"))
    data = bytearray(file.read_bytes())
    data[100:164] = bytes(b ^ 0x55 for b in data[100:164])
    file.write_bytes(data)


def swap_for_another(folder: Path) -> None:
    other = folder.parent.parent / "other-index"
    sync([folder.parent.parent / "reports" / "comet.txt"], other)
    inside = projection(other)
    shutil.rmtree(folder)
    shutil.copytree(inside, folder)


@pytest.mark.parametrize(
    "damage",
    [
        lose_folder, lose_database, empty_database, garble_database, empty_pickle, tear_graph, flip_bytes,
        swap_for_another,
    ],
)  # fmt: skip
def test_a_damaged_vector_index_costs_no_answer_and_is_made_again(
    damage: Callable[[Path], None], reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    before = found(index)
    damage(projection(index))
    assert found(index) == before
    findings = verify_index(index)
    assert [f.repair for f in findings] == ["made again from the stored vectors"]
    assert verify_index(index) == []
    assert found(index) == before


def test_a_sync_mends_what_it_finds_damaged(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    tear_graph(projection(index))
    (reports / "new.txt").write_text("A new bridge\n\nThe new bridge is open.")
    sync([reports], index)
    assert verify_index(index) == []


def test_a_small_change_to_a_large_index_waits_for_the_next_projection(
    reports: Path, tmp_path: Path, hashed_words: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    monkeypatch.setattr("index.store.following.SMALL_PROJECTION", 0)
    monkeypatch.setattr("index.store.following.FOLLOW_SHARE", 10.0)
    before = projection(index)
    opened = Retriever.open(index, reader=None)
    opened.search("comet")
    (reports / "strike.txt").write_text("Strike\n\nTram drivers are on strike in Lindhaven.")
    (reports / "comet.txt").unlink()
    sync([reports], index)
    assert projection(index) == before
    hits = opened.search("strike of tram drivers", k=1)
    assert (hits[0].passage.document_id, set(hits[0].ranks)) == ("strike.txt", {"dense", "keyword"})
    assert "comet.txt" not in {h.passage.document_id for h in opened.search("comet", k=50)}
    opened.close()
    assert verify_index(index) == []


def test_an_open_reader_moves_to_the_next_projection(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    one, two = Retriever.open(index, reader=None), Retriever.open(index, reader=None)
    for n in range(4):
        assert one.search("bridge")
        (reports / f"bridge-{n}.txt").write_text(f"Bridge {n}\n\nThe bridge number {n} is open.")
        sync([reports], index)
        for opened in (one, two):
            assert opened.search(f"bridge number {n} open", k=1)[0].passage.document_id == f"bridge-{n}.txt"
    assert [f.name for f in index.glob("chroma-*")] == [projection(index).name]
    one.close()
    two.close()


def test_much_deleting_makes_the_projection_anew(tmp_path: Path, hashed_words: HashedWords) -> None:
    """Chroma never reclaims what was deleted from its graph."""
    rows, index = tmp_path / "rows.jsonl", tmp_path / "index"
    lines = [json.dumps({"id": f"r{n}", "text": f"Story {n} tells of town {n}."}) + "\n" for n in range(400)]
    rows.write_text("".join(lines))
    sync([rows], index)
    before = next(projection(index).rglob("data_level0.bin")).stat().st_size
    rows.write_text("".join(lines[:120]))
    sync([rows], index)
    assert next(projection(index).rglob("data_level0.bin")).stat().st_size < before / 2
    client = chromadb.PersistentClient(path=str(projection(index)))
    assert client.get_collection(vectors.COLLECTION).count() == 120
    client.clear_system_cache()

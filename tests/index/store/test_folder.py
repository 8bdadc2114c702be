from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import CorpusError, IndexMissing, Retriever, sync
from index.store.catalogue import Catalogue
from index.store.folder import database_path
from index.verify import verify_index
from tests.fakes import HashedWords
from tests.index.held import held, same

Mount = Callable[..., None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Mount]]:
    """A folder that is a small disk of its own, and what changes how it is mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options: str) -> None:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)], capture_output=True, text=True
        )
        if done.returncode:
            if os.environ.get("CI"):
                pytest.fail(f"a small disk cannot be mounted here: {done.stderr}")
            pytest.skip("mounting a small disk needs an administrator")

    mount("size=3m")
    yield folder, mount
    subprocess.run(["umount", str(folder)], check=True)


def test_an_index_on_a_read_only_disk_is_searched(
    reports: Path, disk: tuple[Path, Mount], hashed_words: HashedWords
) -> None:
    folder, mount = disk
    sync([reports], folder / "index")
    opened = Retriever.open(folder / "index", reader=None)
    before = [h.passage.id for h in opened.search("comet September", k=5)]
    opened.close()
    mount("remount", "ro")
    opened = Retriever.open(folder / "index", reader=None)
    assert [h.passage.id for h in opened.search("comet September", k=5)] == before
    assert opened.document("comet.txt").title == "Comet found by schoolgirl"
    opened.close()
    with pytest.raises(CorpusError):
        sync([reports], folder / "index")


def test_a_full_disk_loses_nothing_that_was_reported(
    reports: Path, tmp_path: Path, disk: tuple[Path, Mount], hashed_words: HashedWords
) -> None:
    folder, mount = disk
    index = folder / "index"
    sync([reports], index)
    before = held(index)
    many = tmp_path / "many"
    many.mkdir()
    for n in range(300):
        (many / f"{n}.txt").write_text(f"Story {n}.\n\n" + f"The council of town {n} met again. " * 120)
    with pytest.raises(CorpusError, match="full"):
        sync([many], index)
    assert before["documents"].items() <= held(index)["documents"].items()
    opened = Retriever.open(index, reader=None)
    assert opened.search("comet", k=1)[0].passage.document_id == "comet.txt"
    opened.close()
    mount("remount", "size=200m")
    sync([many], index)
    sync([reports, many], tmp_path / "whole")
    assert verify_index(index) == []
    same(held(index) | {"sources": []}, held(tmp_path / "whole") | {"sources": []})


def test_what_a_writer_left_in_the_wal_is_read_from_a_read_only_folder(
    reports: Path, tmp_path: Path, hashed_words: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.store.writing import Writer

    index = tmp_path / "index"
    sync([reports], index)
    writer = Writer(index)
    writer.put_source(b"/nowhere", "folder")
    copied = tmp_path / "copied"
    shutil.copytree(index, copied)
    writer.close()
    assert (copied / "newsdesk.sqlite3-wal").stat().st_size
    monkeypatch.setattr("index.store.folder._on_read_only_device", lambda _: True)
    assert "/nowhere" in [s[0] for s in held(copied)["sources"]]


def test_places_where_no_index_can_be(tmp_path: Path, reports: Path, hashed_words: HashedWords) -> None:
    (tmp_path / "file").write_text("a file")
    for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("long" * 100), tmp_path / "none"):
        with pytest.raises(IndexMissing):
            Retriever.open(place)
    for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("long" * 100)):
        with pytest.raises(CorpusError):
            sync([reports], place)


def test_another_database_at_the_same_place_is_noticed(
    reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    sync([reports], tmp_path / "index")
    catalogue = Catalogue(tmp_path / "index")
    assert not catalogue.replaced()
    data = database_path(tmp_path / "index").read_bytes()
    database_path(tmp_path / "index").unlink()
    database_path(tmp_path / "index").write_bytes(data)
    assert catalogue.replaced()
    database_path(tmp_path / "index").unlink()
    with pytest.raises(IndexMissing, match="deleted"):
        catalogue.replaced()
    catalogue.close()

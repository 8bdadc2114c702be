"""Any sequence of changes to a folder leaves the index that a new one over the folder would be."""

from __future__ import annotations

import json
import random
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from index import RemovalsToConfirm, Retriever, sync
from index.verify import verify_index
from tests.fakes import HashedWords
from tests.index.held import held, same

SUBJECTS = "bridge treaty flood comet strike harbour election drought museum railway".split()


def story(random: random.Random) -> str:
    subject = random.choice(SUBJECTS)
    number = random.randrange(10_000)
    return f"News of the {subject}\n\nThe {subject} was in the news {number} times. Nobody knows why it was."


def change(folder: Path, random: random.Random) -> None:
    """One thing that people do to files."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    what = random.choice("add add add edit rename copy delete move_folder rows swap edit_copy".split())
    name = f"{random.choice('abc')}/{random.randrange(100)}.txt"
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if what == "rows":
        rows = [{"id": f"r{random.randrange(9)}", "text": story(random)} for _ in range(random.randrange(1, 5))]
        (folder / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    elif what == "add" or not files:
        target.write_text(story(random))
    elif what == "edit":
        chosen = random.choice(files)
        if chosen.suffix == ".txt":
            chosen.write_text(story(random))
    elif what == "rename":
        random.choice(files).rename(target.with_suffix(random.choice(files).suffix))
    elif what == "copy":
        chosen = random.choice(files)
        shutil.copyfile(chosen, target.with_suffix(chosen.suffix))
    elif what == "delete":
        random.choice(files).unlink()
    elif what == "move_folder":
        (folder / "a").rename(folder / f"d{random.randrange(1000)}") if (folder / "a").is_dir() else None
    elif what == "swap" and len(files) > 1:
        one, two = random.sample(files, 2)
        if one.suffix == two.suffix:
            first, second = one.read_bytes(), two.read_bytes()
            one.write_bytes(second)
            two.write_bytes(first)
    elif what == "edit_copy":
        chosen = random.choice(files)
        shutil.copyfile(chosen, target.with_suffix(chosen.suffix))
        if chosen.suffix == ".txt":
            chosen.write_text(story(random))


def essence(index: Path) -> object:
    """What does not depend on which of two copies came first."""
    found = held(index)
    return (
        sorted((d.text, d.title, tuple(found["places"][i])) for i, d in found["documents"].items()),
        sorted((found["documents"][i].text, start, stop) for i, start, stop, *_ in found["passages"]),
        len(found["vectors"]),
        [(path, kind, files) for path, kind, files, *_ in found["sources"]],
    )


@pytest.mark.parametrize(("seed", "passages"), [(0, 512), (1, 512), (2, 2), (3, 2)])
def test_after_any_changes_the_index_is_that_of_a_new_one(
    seed: int, passages: int, tmp_path: Path, hashed_words: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        import_module("index.sync"), "BATCH_PASSAGES", passages
    )  # few: the plan forgets in the middle what is committed
    chance = random.Random(seed)
    folder = tmp_path / "folder"
    folder.mkdir()
    for step in range(12):
        for _ in range(chance.randrange(1, 5)):
            change(folder, chance)
        sync([folder], tmp_path / "index", confirm_removals=True)
        if step % 3 == 2:
            sync([folder], tmp_path / f"new-{step}", confirm_removals=True)
            assert essence(tmp_path / "index") == essence(tmp_path / f"new-{step}"), step
            assert verify_index(tmp_path / "index") == []


def test_ids_and_copies_are_told_apart_however_far_between_they_lie(
    tmp_path: Path, hashed_words: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("index.sync"), "BATCH_PASSAGES", 4)
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(300):  # many more than are ever on their way at once
        row = {"id": f"row {n % 100}", "text": f"Story {n % 200} was told."}
        (folder / f"{n:03}.jsonl").write_text(json.dumps(row))
    report = sync([folder], tmp_path / "index")
    assert (len(report.added), len(report.unchanged)) == (200, 100)  # two texts have each id, and the last are copies
    found = held(tmp_path / "index")
    assert len({d.text for d in found["documents"].values()}) == 200
    assert sum(len(places) for places in found["places"].values()) == 300
    assert verify_index(tmp_path / "index") == []


def test_a_renamed_file_moves_and_old_citations_resolve(
    reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    before = held(index)["vectors"]
    (reports / "treaty.txt").rename(reports / "agreement.txt")
    report = sync([reports], index)
    assert (report.moved, report.added, report.removed, report.updated) == (["agreement.txt"], [], [], [])
    retriever = Retriever.open(index, reader=None)
    assert retriever.document("treaty.txt") == retriever.document("agreement.txt")
    assert {h.passage.document_id for h in retriever.search("treaty", k=9)} >= {"agreement.txt"}
    assert "treaty.txt" not in {h.passage.document_id for h in retriever.search("treaty", k=9)}
    assert {k for k in held(index)["vectors"] if k[0] != "agreement.txt"} <= before.keys()
    retriever.close()


def test_a_title_that_the_name_gave_is_renamed_too(tmp_path: Path, hashed_words: HashedWords) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "budget.txt").write_text("The council voted for the budget on Monday.")
    sync([folder], tmp_path / "index")
    (folder / "budget.txt").rename(folder / "deficit.txt")
    sync([folder], tmp_path / "index")
    retriever = Retriever.open(tmp_path / "index", reader=None)
    assert [d.title for d in retriever.documents()] == ["deficit"]
    assert retriever.document("budget.txt").id == "deficit.txt"
    retriever.close()


def test_a_moved_folder_doubles_nothing(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    reports.rename(tmp_path / "moved")
    report = sync([tmp_path / "moved"], index)
    assert sorted(report.moved) == ["comet.txt", "flood.txt", "treaty.txt"]
    assert [s[0] for s in held(index)["sources"]] == [str(tmp_path / "moved")]
    assert len(held(index)["documents"]) == 3


def test_a_copy_is_stored_once_and_listed_twice(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    shutil.copyfile(reports / "comet.txt", reports / "copy of comet.txt")
    sync([reports], index)
    assert held(index)["places"]["comet.txt"] == [str(reports / "comet.txt"), str(reports / "copy of comet.txt")]
    (reports / "comet.txt").unlink()
    sync([reports], index)
    assert sorted(held(index)["places"]) == ["copy of comet.txt", "flood.txt", "treaty.txt"]
    retriever = Retriever.open(index, reader=None)
    assert retriever.document("comet.txt").id == "copy of comet.txt"
    retriever.close()


def test_one_of_two_copies_is_edited(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    shutil.copyfile(reports / "comet.txt", reports / "second.txt")
    sync([reports], index)
    (reports / "comet.txt").write_text("Comet gone\n\nNobody sees the comet any more.")
    sync([reports], index)
    documents = held(index)["documents"]
    assert documents["comet.txt"].title == "Comet gone"
    assert "Ines Calloway" in documents["second.txt"].text


def test_an_emptied_folder_asks_first(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    before = held(index)
    for file in reports.iterdir():
        file.unlink()
    with pytest.raises(RemovalsToConfirm, match="3 of 3 documents"):
        sync([reports], index)
    same(held(index), before)
    assert len(sync([reports], index, confirm_removals=True).removed) == 3


def test_a_folder_that_is_gone_says_how_to_remove_it(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    shutil.rmtree(reports)
    report = sync([reports], index)
    assert "newsdesk remove" in report.failed[0].reason
    assert len(held(index)["documents"]) == 3


def test_a_folder_above_leaves_what_is_ingested_by_itself(tmp_path: Path, hashed_words: HashedWords) -> None:
    uploads = tmp_path / ".hidden-uploads"
    uploads.mkdir()
    (uploads / "note.txt").write_text("A note on the harbour.")
    (tmp_path / "here.txt").write_text("News of the bridge is here.")
    index = tmp_path / ".index"
    sync([uploads / "note.txt"], index)
    report = sync([tmp_path], index)
    assert report.removed == []
    assert sorted(held(index)["documents"]) == ["here.txt", "note.txt"]

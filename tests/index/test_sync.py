from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index import Filters, IndexBusy, IndexMismatch, Retriever, SourceError, remove, sync
from index.chunking import passages
from index.store.catalogue import Catalogue
from index.store.folder import WritingLock
from index.verify import verify_index
from tests.fakes import HashedWords
from tests.index.held import held

ROOT = Path(__file__).parents[2]


def test_ingesting_again_says_what_changed(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    first = sync([reports], index)
    assert sorted(first.added) == ["comet.txt", "flood.txt", "treaty.txt"]
    second = sync([reports], index)
    assert (len(second.unchanged), second.added, second.updated, second.removed) == (3, [], [], [])

    (reports / "comet.txt").unlink()
    (reports / "flood.txt").write_text("Flood in Ostrell\n\nThe water has gone back to the river bed.")
    (reports / "new.txt").write_text("Strike of drivers\n\nTram drivers stopped work in Lindhaven.")
    (reports / "bad.txt").write_bytes(b"\0\1")
    third = sync([reports], index)
    assert (third.added, third.updated, third.unchanged, third.removed) == (
        ["new.txt"],
        ["flood.txt"],
        ["treaty.txt"],
        ["comet.txt"],
    )
    assert [f.source for f in third.failed] == ["bad.txt"]

    retriever = Retriever.open(index, reader=None)
    found = {h.passage.document_id for h in retriever.search("comet flood tram treaty", k=20)}
    assert found == {"flood.txt", "new.txt", "treaty.txt"}
    assert "260 people" not in " ".join(h.passage.text for h in retriever.search("260 people", k=20))
    assert [f.source for f in retriever.facts().sources[0].failures] == ["bad.txt"]
    retriever.close()


def test_every_stored_passage_is_an_exact_span(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    (reports / "rows.jsonl").write_text(json.dumps({"id": "r1", "text": "Ein Satz über Öl.\r\nZwei  Sätze. "}) + "\n")
    sync([reports], index)
    catalogue = Catalogue(index)
    with catalogue.snapshot() as state:
        stored = list(state.passages(sorted(state.numbers_up_to(10_000))).values())
        assert stored
        for p in stored:
            assert state.document(p.document_id).text[p.start : p.end] == p.text
        assert {p.id for d in state.documents() for p in passages(d)} == {p.id for p in stored}
    catalogue.close()


def test_the_same_id_in_two_files_is_kept_apart(tmp_path: Path, hashed_words: HashedWords) -> None:
    for name, text in (("a", "Apples were sold."), ("b", "Bread was sold.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "news.txt").write_text(text)
    report = sync([tmp_path / "a", tmp_path / "b"], tmp_path / "index")
    assert len(set(report.added)) == 2
    assert "news.txt" in report.added
    again = sync([tmp_path / "a", tmp_path / "b"], tmp_path / "index")
    assert sorted(again.unchanged) == sorted(report.added)


def test_repeated_ids_in_one_file_lose_nothing(tmp_path: Path, hashed_words: HashedWords) -> None:
    rows = [{"id": "x", "text": f"Row number {n} is here."} for n in range(3)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    assert len(set(sync([tmp_path / "rows.jsonl"], tmp_path / "index").added)) == 3


def test_missing_sources_are_reported(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    report = sync([reports, tmp_path / "nowhere"], tmp_path / "index")
    assert len(report.added) == 3
    assert report.failed[0].reason == "no such file or folder"


def test_a_failure_in_the_middle_keeps_what_was_committed(
    tmp_path: Path, hashed_words: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": f"r{n}", "text": f"Row number {n} is here. " * 5} for n in range(60)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    monkeypatch.setattr(sys.modules["index.sync"], "BATCH_PASSAGES", 10)
    encode, calls = hashed_words.encode, iter(range(100))

    def breaks(texts: list[str]) -> object:
        if next(calls) == 3:
            raise RuntimeError("power cut")
        return encode(texts)

    monkeypatch.setattr(hashed_words, "encode", breaks)
    with pytest.raises(RuntimeError):
        sync([tmp_path / "rows.jsonl"], tmp_path / "index")
    kept = len(held(tmp_path / "index")["documents"])
    assert 0 < kept < 60
    report = sync([tmp_path / "rows.jsonl"], tmp_path / "index")
    assert (len(report.unchanged), len(report.added)) == (kept, 60 - kept)
    assert verify_index(tmp_path / "index") == []


def test_another_embedding_model_is_refused_with_advice(
    reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    sync([reports], tmp_path / "index")
    with pytest.raises(IndexMismatch, match="re-index"):
        sync([reports], tmp_path / "index", embedding_model="another-model")
    with pytest.raises(IndexMismatch, match="re-index"):
        Retriever.open(tmp_path / "index", embedding_model="another-model")


def test_one_writer_at_a_time(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    with WritingLock(index, 0.0):
        with pytest.raises(IndexBusy, match="--wait"):
            sync([reports], index)
        waiting = threading.Thread(target=lambda: sync([reports], index, wait=30.0))
        waiting.start()
        assert waiting.is_alive()
    waiting.join(30)
    assert not waiting.is_alive()


def test_a_source_that_is_gone_is_removed_by_name(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index, single = tmp_path / "index", tmp_path / "single.txt"
    single.write_text("A story about the harbour of Sarrow.")
    sync([reports, single], index)
    single.unlink()
    assert remove([single], index).removed == ["single.txt"]
    assert [s[0] for s in held(index)["sources"]] == [str(reports)]
    with pytest.raises(SourceError, match="never ingested"):
        remove([single], index)
    assert verify_index(index) == []


def test_filters_narrow_both_searches(tmp_path: Path, hashed_words: HashedWords) -> None:
    folder = tmp_path / "wire"
    folder.mkdir()
    rows = [
        {
            "id": f"d{n}",
            "text": f"The bridge of town {n} is closed.",
            "published": f"2031-03-{n:02}",
            "author": "Jane Doe and Bob Roe" if n % 2 else "Kim Lee",
            "source": "Courier" if n < 10 else "Herald",
        }
        for n in range(1, 21)
    ]
    (folder / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows[:15]))
    (folder / "b.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows[15:]))
    sync([folder], tmp_path / "index")
    retriever = Retriever.open(tmp_path / "index", reader=None)

    def found(**filters: object) -> set[int]:
        hits = retriever.search("closed bridge", k=50, filters=Filters(**filters))  # type: ignore[arg-type]
        assert all(set(h.ranks) == {"dense", "keyword"} for h in hits)
        return {int(h.passage.document_id[1:]) for h in hits}

    from datetime import date

    assert found(since=date(2031, 3, 5), until=date(2031, 3, 7)) == {5, 6, 7}
    assert found(authors=("doe",)) == set(range(1, 21, 2))
    assert found(sources=("courier",)) == set(range(1, 10))
    assert found(sources=(str(folder / "b.jsonl"),)) == set(range(16, 21))
    assert found(sources=(str(folder),)) == set(range(1, 21))
    assert found(documents=("d3", "d4"), authors=("kim",)) == {4}
    assert found(sources=("nowhere",)) == set()
    retriever.close()


def test_a_sync_that_finds_nothing_new_loads_no_model(reports: Path, tmp_path: Path, index: Path) -> None:
    code = (
        "import sys; from index import Retriever, sync; from pathlib import Path;"
        f"report = sync([Path({str(index)!r}).parent / 'reports'], {str(index)!r});"
        f"retriever = Retriever.open({str(index)!r}); retriever.document('comet.txt'); retriever.facts();"
        "print(len(report.unchanged), sorted({'torch', 'chromadb', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3 []"


def test_unchanged_files_are_not_opened(tmp_path: Path, hashed_words: HashedWords) -> None:
    folder = tmp_path / "many"
    for n in range(2000):
        file = folder / f"{n % 40}" / f"{n}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Story {n} of the town.")
        os.utime(file, ns=(0, 0))
    sync([folder], tmp_path / "index")
    opened: list[object] = []
    plain = Path.open

    def counted(self: Path, *args: object, **more: object) -> object:
        opened.append(self)
        return plain(self, *args, **more)  # type: ignore[call-overload]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("index.plan._FRESH_NS", -(10**18))
        patched.setattr(Path, "open", counted)
        assert len(sync([folder], tmp_path / "index").unchanged) == 2000
    assert [o for o in opened if str(o).endswith(".txt")] == []

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import IndexMismatch, Retriever, sync
from index.chunking import passages
from index.store.catalogue import Catalogue
from index.store.vectors import PassageStore
from index.store.words import KeywordIndex
from index.sync import catalogue_path, keyword_path


def test_ingesting_again_says_what_changed(reports: Path, tmp_path: Path) -> None:
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
    assert [(f.source, f.reason) for f in third.failed] == [("bad.txt", "binary content, not text")]

    retriever = Retriever.open(index, reader=None)
    found = {h.passage.document_id for h in retriever.search("comet flood tram treaty", k=20)}
    assert found == {"flood.txt", "new.txt", "treaty.txt"}
    assert "260 people" not in " ".join(h.passage.text for h in retriever.search("260 people", k=20))
    retriever.close()


def test_every_stored_passage_is_an_exact_span(reports: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    (reports / "rows.jsonl").write_text(json.dumps({"id": "r1", "text": "Ein Satz über Öl.\r\nZwei  Sätze. "}) + "\n")
    sync([reports], index)
    catalogue, store = Catalogue(catalogue_path(index)), PassageStore.open(index)
    stored = [p for page in store.all_passages() for p in page]
    assert stored
    for p in stored:
        assert catalogue.document(p.document_id).text[p.start : p.end] == p.text
    assert {p.id for d in catalogue.documents() for p in passages(d)} == {p.id for p in stored}
    store.close()


def test_the_same_id_in_two_files_is_kept_apart(tmp_path: Path) -> None:
    for name, text in (("a", "Apples were sold."), ("b", "Bread was sold.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "news.txt").write_text(text)
    report = sync([tmp_path / "a", tmp_path / "b"], tmp_path / "index")
    assert len(set(report.added)) == 2
    assert "news.txt" in report.added
    again = sync([tmp_path / "a", tmp_path / "b"], tmp_path / "index")
    assert sorted(again.unchanged) == sorted(report.added)


def test_repeated_ids_in_one_file_lose_nothing(tmp_path: Path) -> None:
    rows = [{"id": "x", "text": f"Row number {n} is here."} for n in range(3)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    assert len(set(sync([tmp_path / "rows.jsonl"], tmp_path / "index").added)) == 3


def test_missing_sources_are_reported(reports: Path, tmp_path: Path) -> None:
    report = sync([reports, tmp_path / "nowhere"], tmp_path / "index")
    assert len(report.added) == 3
    assert report.failed[0].reason == "no such file or folder"


def test_an_interrupted_run_is_repaired_by_the_next(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(Catalogue, "put", crash)  # after the store was written, before the catalogue
        with pytest.raises(RuntimeError):
            sync([reports], index)
    assert len(sync([reports], index).added) == 3
    store, keyword = PassageStore.open(index), KeywordIndex(keyword_path(index))
    assert keyword.generation() == store.facts().generation
    ids = [p.id for page in store.all_passages() for p in page]
    assert len(ids) == len(set(ids)) == store.count()
    assert len(keyword.search("treaty flood comet said", 50)) == store.count()
    store.close()


def test_another_embedding_model_is_refused_with_advice(reports: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    store = PassageStore.open(index)
    with pytest.raises(IndexMismatch, match="re-index"):
        store.check("another-model", 768)
    store.close()

from __future__ import annotations

from pathlib import Path

from evals.indexing import index_of


def test_texts_are_found_under_the_ids_of_their_records(tmp_path: Path) -> None:
    records = [
        {"id": "a", "text": "The bridge of Sarrow opened.", "title": "Bridges"},
        {"id": "b", "text": "A wolf was seen."},
    ]
    retriever = index_of(records, tmp_path / "new")
    assert retriever.search("bridge of Sarrow", 1)[0].passage.document_id == "a"
    assert {d.id: d.text for d in retriever.documents()} == {r["id"]: r["text"] for r in records}
    retriever.close()

from __future__ import annotations

import json
from pathlib import Path

from evals.retrieval import held_out_recall, recall, reciprocal_rank_fusion
from evals.splits import in_first_half
from index import Hit, Passage

A, B, C = (Passage(name, name, 0, 1) for name in "abc")


def test_recall_counts_documents_not_passages() -> None:
    again = Passage("a", "more of a", 5, 14)
    ranked = [[Hit(A, 3.0), Hit(again, 2.0), Hit(B, 1.0)]]
    assert recall(ranked, ["b"], 1) == 0
    assert recall(ranked, ["b"], 2) == 1
    assert recall([[]], ["b"], 5) == 0


def test_reciprocal_rank_fusion_prefers_what_both_found() -> None:
    fused = reciprocal_rank_fusion([(A, 0.9), (B, 0.8)], [(B, 7.0), (C, 5.0)])
    assert [h.passage.document_id for h in fused] == ["b", "a", "c"]


def test_the_held_out_half_is_searched_over_all_contexts(tmp_path: Path) -> None:
    texts = {
        "Sarrow": "The bridge of Sarrow was built in 1878.",
        "Tarn": "The museum of Tarn holds a bridge made of glass.",
        "Olva": "Wolves were photographed at the Olva.",
    }
    asked = {
        "Sarrow": "When was the bridge of Sarrow built?",
        "Tarn": "Where is the glass bridge?",
        "Olva": "Who fished?",
    }
    held_out = [t for t in texts if not in_first_half(t)]
    rows = [
        {
            "id": title,
            "set": "made",
            "title": title,
            "context": text,
            "question": asked[title],
            "answers": [{"text": text.split()[0], "start": 0}],
            "answerable": True,
        }
        for title, text in texts.items()
    ]
    (tmp_path / "file.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    assert 0 < len(held_out) < 3
    figures = held_out_recall(tmp_path / "file.jsonl", (1, 3))
    assert figures["recall@3"] == 1.0
    assert set(figures) == {"recall@1", "recall@3"}

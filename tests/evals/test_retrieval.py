from __future__ import annotations

from evals.retrieval import recall, reciprocal_rank_fusion
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

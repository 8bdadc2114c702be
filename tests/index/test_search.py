from __future__ import annotations

from index import Hit, Retriever
from index.llamaindex import NewsdeskRetriever


def test_the_best_passage_comes_first(retriever: Retriever) -> None:
    hits = retriever.search("Who discovered a comet?", k=2)
    assert hits[0].passage.document_id == "comet.txt"
    assert hits[0].score >= hits[1].score
    assert retriever.document("comet.txt").text[hits[0].passage.start : hits[0].passage.end] == hits[0].passage.text


def test_k_and_empty_queries(retriever: Retriever) -> None:
    assert len(retriever.search("treaty", k=1)) == 1
    assert retriever.search("   ", k=5) == []
    assert retriever.search("treaty", k=0) == []


def test_ranks_say_which_search_found_a_passage(retriever: Retriever) -> None:
    hit: Hit = retriever.search("Tarn Olva", k=1, rerank=False)[0]
    assert hit.ranks["keyword"] == 1


def test_the_same_hits_as_a_llamaindex_retriever(retriever: Retriever) -> None:
    wrapped = retriever.as_llamaindex(k=2)
    assert isinstance(wrapped, NewsdeskRetriever)
    nodes = wrapped.retrieve("Who discovered a comet?")
    hits = retriever.search("Who discovered a comet?", k=2)
    assert [n.node.node_id for n in nodes] == [h.passage.id for h in hits]
    assert nodes[0].score == hits[0].score
    assert nodes[0].node.get_content() == hits[0].passage.text

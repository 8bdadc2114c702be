from __future__ import annotations

from datetime import date
from pathlib import Path

from index import Filters, Hit, Retriever, sync
from index.llamaindex import NewsdeskRetriever
from tests.fakes import HashedWords


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


def test_words_that_stand_nowhere_are_spelt_as_they_stand_somewhere(index: Path) -> None:
    retriever = Retriever.open(index, reader=None)
    assert retriever.spellings("Who signed the treaty at Port Merow for Karsowa?") == {
        "Merow": "Merrow",
        "Karsowa": "Karsova",
    }
    # "ministers" stands as another form, "house" nowhere and near nothing; a stem's own stem must not count as missing
    assert retriever.spellings("Which Ministers signed for three Years in Port Merrow?") == {}
    retriever.close()


def test_a_word_that_stands_there_is_left_as_it_is(tmp_path: Path, hashed_words: HashedWords) -> None:
    (tmp_path / "a.txt").write_text(
        "The White House was silent. For hours it rained."
    )  # stems: hous, hour; of hous: hou
    sync([tmp_path / "a.txt"], tmp_path / "index")
    retriever = Retriever.open(tmp_path / "index", reader=None)
    assert retriever.spellings("Who is in the White House?") == {}
    retriever.close()


def test_a_search_among_documents_that_are_of_a_day_or_speak_of_it(tmp_path: Path, hashed_words: HashedWords) -> None:
    for name, text in (
        ("2031-03-07 a", "The dam broke at dawn."),
        ("2031-03-10 b", "The dam broke on Friday, it is said now."),
        ("2031-03-20 c", "The dam broke for want of care."),
    ):
        (tmp_path / f"{name}.txt").write_text(text)
    sync([tmp_path], tmp_path / "index")
    retriever = Retriever.open(tmp_path / "index", reader=None)
    friday = Filters(spoken_of=(date(2031, 3, 7), date(2031, 3, 7)))
    hits = retriever.search("Why did the dam break?", k=9, filters=friday)
    assert {h.passage.document_id[11] for h in hits} == {"a", "b"}
    retriever.close()

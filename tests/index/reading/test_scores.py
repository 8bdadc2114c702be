from __future__ import annotations

from index import Hit, Passage
from index.language.sentences import sentences
from index.reading.scores import Ranking, TextScores, windows
from qa import Reader


def test_long_texts_are_read_to_their_end() -> None:
    long = "Nothing happened on that day in the village. " * 120 + "The bridge of Sarrow was built in 1878."
    best = Reader.open().read("When was the bridge of Sarrow built?", [long]).spans[0]
    assert long[best.start : best.end].endswith("1878.")


def test_a_text_is_cut_between_sentences_and_none_is_lost() -> None:
    text = " ".join(
        f"The council met for the {n}th time and spoke about the harbour of Port Merrow." for n in range(60)
    )
    cut = windows(text)
    assert len(cut) > 2
    assert [(s + offset, e + offset) for _, offset, spans in cut for s, e in spans] == sentences(text)
    assert all(text[offset:].startswith(part) for part, offset, _ in cut)


def test_a_ranking_is_put_in_the_order_of_relevance_and_search_together() -> None:
    hits = tuple(Hit(Passage(name, name, 0, 1), score) for name, score in (("a", 1.0), ("b", 0.8), ("c", 0.1)))
    scores = tuple(TextScores(float(n), (), (), ()) for n in range(3))
    ranking = Ranking("Who?", hits, scores, (0.1, 0.9, 0.2))
    best = ranking.reordered(0.5)
    assert [h.passage.document_id for h in best.hits] == ["b", "a", "c"]
    assert [s.relevance for s in best.scores] == [1.0, 0.0, 2.0]
    assert (best.relevance, best.hits[0].score) == ((0.9, 0.1, 0.2), 0.5 * 0.9 + 0.5 * 0.8)
    assert [h.passage.document_id for h in ranking.reordered(0.0).hits] == ["a", "b", "c"]

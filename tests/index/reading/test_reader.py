from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from index import Hit, Passage, ReaderError
from index.reading.reader import READ_AGAIN, likeness, mixed
from qa import Reader

TEXTS = [
    "Velmar and Karsova signed a fishing treaty. Linnea Croft signed for Karsova on Tuesday.",
    "The flood killed 24 people. The bridge of Sarrow was built in 1878.",
    "A wolf was photographed in the Brannock range.",
]


def test_rank_puts_the_answering_text_first() -> None:
    scores = Reader.open().rank("When was the bridge of Sarrow built?", TEXTS)
    assert scores.shape == (3,)
    assert scores.argmax() == 1


def test_read_gives_the_sentence_and_the_words() -> None:
    reading = Reader.open().read("When was the bridge of Sarrow built?", TEXTS)
    best = reading.spans[0]
    assert TEXTS[best.passage][best.start : best.end] == "The bridge of Sarrow was built in 1878."
    assert "1878" in TEXTS[best.passage][best.answer_start : best.answer_end]
    assert [s.score for s in reading.spans] == sorted((s.score for s in reading.spans), reverse=True)
    assert len(reading.spans) == 5
    for span in reading.spans:
        assert span.start <= span.answer_start < span.answer_end <= span.end


def test_answerable_tells_a_question_that_is_answered_from_one_that_is_not() -> None:
    reader = Reader.open()
    assert (
        reader.read("Who signed for Karsova?", TEXTS).answerable
        > reader.read("Who painted the ceiling?", TEXTS).answerable
    )


def test_no_texts_answer_nothing() -> None:
    reading = Reader.open().read("Who?", [])
    assert (reading.spans, reading.answerable) == ((), 0.0)
    assert Reader.open().rank("Who?", []).shape == (0,)
    assert Reader.open().read("Who?", ["", "  \n "]).spans == ()


def test_unknown_and_unfit_models_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="Cannot load"):
        Reader.open(str(tmp_path / "nothing"))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert", "architectures": ["BertForMaskedLM"]}))
    with pytest.raises(ReaderError, match="BertForMaskedLM"):
        Reader.open(str(tmp_path))


def test_the_best_sentences_are_read_again_by_themselves() -> None:
    """Their scores are those of the mean of both readings; the others keep theirs."""
    opened = Reader.open()
    text = "The bridge of Sarrow opened with a feast. It had been built in 1878. Nobody knows what it cost."
    texts, question = [*TEXTS, text], "When was the bridge of Sarrow built?"
    once, twice = (
        Reader("x", opened._model, replace(opened.calibration, alone_share=share), ours=True) for share in (0.0, 2.0)
    )
    first, second = once.read(question, texts).spans, twice.read(question, texts).spans
    scores = {(s.passage, s.start): s.score for s in second}
    for span in first[:READ_AGAIN]:
        alone = once.alone_logit(once.scores(question, [texts[span.passage][span.start : span.end]])[0])
        expected = mixed(logit(span.score), alone, 2.0)
        assert logit(scores[span.passage, span.start]) == pytest.approx(
            expected, abs=0.1
        )  # the shape of a batch changes sums in bfloat16 and integers
    assert len(first) > READ_AGAIN
    assert all(scores[s.passage, s.start] == s.score for s in first[READ_AGAIN:])
    assert [s.score for s in second] == sorted((s.score for s in second), reverse=True)


def test_hits_are_ranked_once_and_read_on_from_there() -> None:
    question, reader = "When was the bridge of Sarrow built?", Reader.open()
    hits = [Hit(Passage(f"d{n}", text, 7, 7 + len(text)), 1.0 - n / 10) for n, text in enumerate(TEXTS)]
    ranking = reader.ranking(question, hits)
    assert ranking.hits == tuple(hits)
    assert ranking.relevance == pytest.approx(reader.rank(question, TEXTS, ordered=True).tolist())
    best = reader.rerank(question, hits)
    assert best == ranking.reordered()
    assert best.hits[0].passage is hits[1].passage
    reading = reader.reading(best)
    assert reading.ranking is best
    span = reading.spans[0]
    assert best.hits[span.passage].passage.text[span.start : span.end] == "The bridge of Sarrow was built in 1878."
    assert reading.answerable == reader.read(question, TEXTS).answerable


def test_only_texts_that_were_altered_since_are_read_again() -> None:
    question, reader = "When was the bridge of Sarrow built?", Reader.open()
    hits = [Hit(Passage(f"d{n}", text, 0, len(text)), 1.0) for n, text in enumerate(TEXTS)]
    ranking = reader.ranking(question, hits)
    assert reader.with_texts(ranking, hits) is ranking
    blanked = replace(hits[1], passage=replace(hits[1].passage, text=TEXTS[1].replace("1878", "    ")))
    altered = reader.with_texts(ranking, [hits[0], blanked, hits[2]])
    assert altered.hits[1] is blanked
    assert (altered.scores[0], altered.scores[2]) == (ranking.scores[0], ranking.scores[2])
    assert altered.relevance[1] < ranking.relevance[1]


def test_where_a_search_put_a_passage_counts_when_the_order_is_said_to_mean_something() -> None:
    texts = ["The toll bridge of Sarrow was built in 1878.", "The bridge of Sarrow was built in 1878."]
    question, reader = "When was the toll bridge of Sarrow built?", Reader.open()
    plain, backwards = reader.read(question, texts), reader.read(question, texts[::-1])
    assert [s.score for s in plain.spans] == pytest.approx([s.score for s in backwards.spans], abs=1e-3)
    ordered = reader.read(question, [*TEXTS, *texts], ordered=True)
    by_place = {s.passage: s.score for s in ordered.spans}
    by_itself = {s.passage: s.score for s in reader.read(question, [*TEXTS, *texts]).spans}
    assert by_place[3] < by_itself[3]
    assert reader.read(question, texts[:1], ordered=True) == reader.read(question, texts[:1])


def test_texts_that_no_search_has_weighed_are_ranked_by_words_and_meaning_too() -> None:
    opened, question = Reader.open(), "When was the bridge of Sarrow built?"
    alike = likeness(question, TEXTS)
    assert alike.shape == (3, 2)
    assert alike.argmax(axis=0).tolist() == [1, 1]
    assert alike[1, 0] == 1.0
    assert likeness(question, ["x" * 7000])[0, 1] == 0.0
    plain = Reader("x", opened._model, replace(opened.calibration, rank_keyword_share=0.0, rank_meaning_share=0.0))
    by_both = Reader("x", opened._model, replace(opened.calibration, rank_keyword_share=2.0, rank_meaning_share=4.0))
    lost = [
        logit(a) - logit(b) for a, b in zip(plain.rank(question, TEXTS), by_both.rank(question, TEXTS), strict=True)
    ]
    expected = 2 * (alike[1, 0] - alike[:, 0]) + 4 * (alike[1, 1] - alike[:, 1])
    assert lost == pytest.approx(list(expected), abs=0.05)
    assert by_both.rank(question, TEXTS, ordered=True).tolist() == plain.rank(question, TEXTS, ordered=True).tolist()
    assert by_both.rank(question, TEXTS[:1]) == pytest.approx(plain.rank(question, TEXTS[:1]))


def logit(score: float) -> float:
    """The logit that a score was made from."""
    return 2 * math.log(score / (1 - score))

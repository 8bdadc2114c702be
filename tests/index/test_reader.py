from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index import ReaderError
from index.reader import READ_AGAIN
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


def test_the_sentences_of_the_best_text_are_read_again_by_themselves() -> None:
    """They may change places; the scores stay where they are, and so do the sentences of other texts."""
    opened = Reader.open()
    text = "The bridge of Sarrow opened with a feast. It had been built in 1878. Nobody knows what it cost."
    texts, question = [*TEXTS, text], "When was the bridge of Sarrow built?"
    once, alone = (
        Reader("x", opened._model, replace(opened.calibration, alone_share=share), ours=True) for share in (0.0, 1e9)
    )
    first, second = once.read(question, texts).spans, alone.read(question, texts).spans
    assert [s.score for s in first] == [s.score for s in second]
    best = first[0].passage
    assert [s for s in first if s.passage != best] == [s for s in second if s.passage != best]
    again = [s for s in second[:READ_AGAIN] if s.passage == best]
    logits = [once.alone_logit(once.looks(question, [texts[best][s.start : s.end]])[0]) for s in again]
    assert len(again) > 1
    assert logits == sorted(logits, reverse=True)

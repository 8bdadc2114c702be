from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evals.training.calibrate_reader import (
    Alone,
    Asked,
    Candidate,
    Seen,
    accuracy,
    average_precision,
    candidates,
    first_right,
    indexed,
)
from index.reading.reader import Calibration
from index.reading.scores import TextScores
from qa import Reader

TEXT = "The bridge of Sarrow opened with a feast. It was built in 1878."


def test_a_second_reading_and_the_place_of_the_passage_decide_together() -> None:
    first, second = Candidate(1.0, alone=-3.0, place=0, right=False), Candidate(0.5, alone=2.0, place=1, right=True)
    assert accuracy([[first, second]], Calibration(alone_share=0.0)) == 0.0
    assert accuracy([[first, second]], Calibration(alone_share=1.0)) == 1.0
    assert accuracy([[first, second]], Calibration(alone_share=1.0, place_cost=4.0)) == 0.0
    assert accuracy([[first], []], Calibration()) == 0.0


def test_candidates_are_the_sentences_that_the_reader_would_choose_from() -> None:
    reader = Reader.open()
    question = "When was the bridge of Sarrow built?"
    scores = reader.scores(question, [TEXT])[0]
    asked = Asked("made", question, True, (Seen(TEXT, "", scores, (False, True)),), (), ())
    (row,) = candidates(reader, reader.calibration, [asked], searched=False)
    best = max(row, key=lambda c: c.standing(reader.calibration.alone_share, reader.calibration.place_cost))
    assert best.right
    assert TEXT[reader.read(question, [TEXT]).spans[0].start :] == "It was built in 1878."
    assert accuracy([row], reader.calibration) == 1.0


def test_sentences_are_ranked_in_their_paragraph_and_among_others() -> None:
    def sentence(relevance: float, keyword: float, *, own: bool, right: bool = False) -> Alone:
        scores = TextScores(relevance, ((0, 1),), (0.0,), (((0, 1), 0.0),))
        return Alone(scores, (keyword, 0.0), (keyword, 0.0) if own else None, right)

    answering, beside = sentence(2.0, 1.0, own=True, right=True), sentence(1.0, 0.0, own=True)
    elsewhere = sentence(2.5, 0.0, own=False)
    rows = [
        Asked("made", "?", True, (), (), (answering, beside, elsewhere)),
        Asked("made", "?", True, (), (), (beside,)),
    ]
    plain = Calibration(rank_evidence_share=0.0)
    assert first_right(rows, plain, own=True) == average_precision(rows, plain, own=True) == 1.0
    assert (first_right(rows, plain, own=False), average_precision(rows, plain, own=False)) == (0.0, 0.5)
    assert first_right(rows, replace(plain, rank_keyword_share=1.0), own=False) == 1.0


def test_texts_are_found_under_the_ids_they_were_given(tmp_path: Path) -> None:
    retriever, ids = indexed({TEXT: "Bridges", "A wolf was seen.": ""}, tmp_path / "new")
    assert retriever.search("bridge of Sarrow", 1)[0].passage.document_id == ids[TEXT]
    retriever.close()

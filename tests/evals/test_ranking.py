from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.ranking import Ranking, measure, of_file
from index import Reader
from index.language.bm25 import bm25
from index.models.embedding import Embedder

SENTENCES = (
    "The bridge of Sarrow has been closed since the bridge inspection of the bridge office.",
    "It was opened in 1878 over the Olva at Sarrow.",
    "Wolves were photographed in the Brannock range.",
)
ONE = Ranking("When was the bridge at Sarrow opened?", SENTENCES, (False, True, False))


def test_average_precision_and_reciprocal_rank() -> None:
    assert measure([ONE], lambda q, t: np.array([3.0, 2.0, 1.0], dtype=np.float32)) == (0.5, 0.5, 1)
    assert measure([ONE], lambda q, t: np.array([1.0, 2.0, 0.0], dtype=np.float32)) == (1.0, 1.0, 1)


def test_questions_with_nothing_to_rank_are_left_out() -> None:
    nothing = [Ranking("?", SENTENCES, (False,) * 3), Ranking("?", SENTENCES, (True,) * 3)]
    assert measure([ONE, *nothing], bm25)[2] == 1


@pytest.mark.parametrize(
    "score", [bm25, lambda q, t: Embedder.open().similarity(q, t), lambda q, t: Reader.open().rank(q, t)]
)
def test_every_way_of_scoring_gives_each_candidate_a_score(score: object) -> None:
    scores = score(ONE.question, ONE.candidates)  # type: ignore[operator]
    assert scores.shape == (3,)
    assert scores[2] == min(scores)


def test_a_file_has_a_question_a_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    rows = [{"text": t, "relevant": r} for t, r in zip(SENTENCES, ONE.relevant, strict=True)]
    file.write_text(json.dumps({"question": ONE.question, "candidates": rows}) + "\n", encoding="utf-8")
    assert of_file(file) == [ONE]

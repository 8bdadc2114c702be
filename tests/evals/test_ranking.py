from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evals.loaders.ranked import Ranking
from evals.ranking import Ranked, Score, known_answers, measure
from index import Reader
from index.language.bm25 import bm25
from index.models.embedding import Embedder

SENTENCES = (
    "The bridge of Sarrow has been closed since the bridge inspection of the bridge office.",
    "It was opened in 1878 over the Olva at Sarrow.",
    "Wolves were photographed in the Brannock range.",
)
ONE = Ranking("When was the bridge at Sarrow opened?", SENTENCES, (False, True, False))


def scores(*values: float) -> Score:
    return lambda question, texts: np.array(values, dtype=np.float32)


def test_average_precision_and_reciprocal_rank() -> None:
    assert measure([ONE], scores(3, 2, 1)) == Ranked((0.5,), (0.5,))
    assert measure([ONE], scores(1, 2, 0)) == Ranked((1.0,), (1.0,))
    both = measure([ONE, replace(ONE, relevant=(True, False, False))], scores(3, 2, 1))
    assert (both.mean_average_precision, both.mean_reciprocal_rank) == (0.75, 0.75)


def test_questions_with_nothing_to_rank_are_left_out() -> None:
    nothing = [Ranking("?", SENTENCES, (False,) * 3), Ranking("?", SENTENCES, (True,) * 3)]
    assert len(measure([ONE, *nothing], bm25).precisions) == 1


@pytest.mark.parametrize(
    "score", [bm25, lambda q, t: Embedder.open().similarity(q, t), lambda q, t: Reader.open().rank(q, t)]
)
def test_every_way_of_scoring_gives_each_candidate_a_score(score: object) -> None:
    scores = score(ONE.question, ONE.candidates)  # type: ignore[operator]
    assert scores.shape == (3,)
    assert scores[2] == min(scores)


def test_our_own_questions_have_the_sentences_found_as_candidates(tmp_path: Path) -> None:
    rankings = known_answers(tmp_path, "development")
    assert len(rankings) > 50
    assert sum(r.decides for r in rankings) > 0.9 * len(rankings)

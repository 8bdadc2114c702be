"""Ranking sentences of news: `python -m evals.ranking [FILE.jsonl]`.

Each question has candidate sentences, some of which answer it; prints mean average precision and mean reciprocal
rank of keyword search (BM25), of sentence embeddings and of the reader. Questions whose candidates all answer, or
none does, are left out.

A file is as `loaders/ranked.py` says. Without one, the questions are our own known answers, and the candidates the
sentences of the 20 passages found that share a word with the question; those that touch the known evidence are the
relevant ones.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from index import Reader, Retriever, sync
from index.language.bm25 import bm25
from index.language.sentences import sentences
from index.language.words import content_stems
from index.models.embedding import PACKAGED_MODEL, Embedder

from .cases import CORPORA, load
from .loaders.ranked import Ranking, rankings_of
from .statistics import average_precision, mean

Score = Callable[[str, Sequence[str]], npt.NDArray[np.float32]]
"""A question and n texts -> scores of shape (n,), the higher the better."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What became of the questions: for each its average precision, and the reciprocal rank of the first that answers."""

    precisions: tuple[float, ...]
    reciprocal_ranks: tuple[float, ...]

    @property
    def mean_average_precision(self) -> float:
        return mean(self.precisions)

    @property
    def mean_reciprocal_rank(self) -> float:
        return mean(self.reciprocal_ranks)


def known_answers(folder: Path, part: Literal["development", "test", "all"] = "all") -> list[Ranking]:
    """The rankings of our own questions; the corpora are indexed in `folder`."""
    rankings = []
    for corpus, source in CORPORA.items():
        sync([source], folder / corpus)
        retriever = Retriever.open(folder / corpus, reader=None)
        for case in load(corpus, {d.id: d.text for d in retriever.documents()}):
            if case.history or not case.evidence or part not in ("all", case.part):
                continue
            asked = content_stems(case.question)
            candidates: dict[str, bool] = {}
            for passage in (h.passage for h in retriever.search(case.question, k=20)):
                for start, end in sentences(passage.text):
                    if asked & content_stems(text := passage.text[start:end]):
                        begin, stop = passage.start + start, passage.start + end
                        candidates[text] = candidates.get(text, False) or any(
                            e.overlaps(passage.document_id, begin, stop) for e in case.evidence
                        )
            rankings.append(Ranking(case.question, tuple(candidates), tuple(candidates.values())))
        retriever.close()
    return rankings


def measure(rankings: Sequence[Ranking], score: Score) -> Ranked:
    """Ranks the candidates of every question whose order can be right or wrong."""
    precisions, ranks = [], []
    for r in tqdm([r for r in rankings if r.decides], disable=None):
        scores = score(r.question, r.candidates)
        precisions.append(average_precision(r.relevant, scores))
        best = max(s for s, relevant in zip(scores, r.relevant, strict=True) if relevant)
        ranks.append(1 / (1 + int((scores > best).sum())))
    return Ranked(tuple(precisions), tuple(ranks))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?")
    options = parser.parse_args()
    if options.file:
        rankings = rankings_of(options.file)
    else:
        with tempfile.TemporaryDirectory() as folder:
            rankings = known_answers(Path(folder))
    for name, score in (
        ("BM25", bm25),
        ("embedding", Embedder.open(PACKAGED_MODEL).similarity),
        ("reader", Reader.open().rank),
    ):
        ranked = measure(rankings, score)
        print(
            f"{name:10} MAP {ranked.mean_average_precision:.3f}  MRR {ranked.mean_reciprocal_rank:.3f}  "
            f"({len(ranked.precisions)} questions)"
        )


if __name__ == "__main__":
    main()

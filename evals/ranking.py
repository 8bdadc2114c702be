"""Ranking sentences of news: `python -m evals.ranking [FILE.jsonl]`.

Each question has candidate sentences, some of which answer it; prints mean average precision and mean reciprocal
rank of keyword search (BM25), of sentence embeddings and of the reader. Questions whose candidates all answer, or
none does, are left out, as in the clean version of TREC QA (Wang, Smith and Mitamura, 2007; Wang and Ittycheriah,
2015).

A file has a question a line: `{"question": "...", "candidates": [{"text": "...", "relevant": true}, ...]}`. Without
one, the questions are our own known answers, and the candidates the sentences of the 20 passages found that share
a word with the question; those that touch the known evidence are the relevant ones.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score
from tqdm import tqdm

from index import Reader, Retriever, sync
from index.language.bm25 import bm25
from index.language.sentences import sentences
from index.language.words import content_stems
from index.models.embedding import PACKAGED_MODEL, Embedder

from .cases import CORPORA, load

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A question with candidate sentences; `relevant` runs in parallel."""

    question: str
    candidates: tuple[str, ...]
    relevant: tuple[bool, ...]


def of_file(file: Path) -> list[Ranking]:
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        candidates = {c["text"]: bool(c["relevant"]) for c in row["candidates"]}
        found.append(Ranking(row["question"], tuple(candidates), tuple(candidates.values())))
    return found


def of_known_answers(folder: Path) -> list[Ranking]:
    found = []
    for corpus, source in CORPORA.items():
        sync([source], folder / corpus)
        retriever = Retriever.open(folder / corpus, reader=None)
        for case in load(corpus, {d.id: d.text for d in retriever.documents()}):
            if case.history or not case.evidence:
                continue
            asked = content_stems(case.question)
            candidates: dict[str, bool] = {}
            for passage in (h.passage for h in retriever.search(case.question, k=20)):
                for start, end in sentences(passage.text):
                    if asked & content_stems(text := passage.text[start:end]):
                        begin, stop = passage.start + start, passage.start + end
                        candidates[text] = candidates.get(text, False) or any(
                            e.document_id == passage.document_id and e.start < stop and begin < e.end
                            for e in case.evidence
                        )
            found.append(Ranking(case.question, tuple(candidates), tuple(candidates.values())))
        retriever.close()
    return found


def measure(rankings: Sequence[Ranking], score: Callable[[str, Sequence[str]], Scores]) -> tuple[float, float, int]:
    """Mean average precision, mean reciprocal rank, and of how many questions."""
    precisions, ranks = [], []
    for r in tqdm(rankings, disable=None):
        if any(r.relevant) and not all(r.relevant):
            scores = score(r.question, r.candidates)
            precisions.append(float(average_precision_score(r.relevant, scores)))
            best = max(s for s, relevant in zip(scores, r.relevant, strict=True) if relevant)
            ranks.append(1 / (1 + int((scores > best).sum())))
    return float(np.mean(precisions)), float(np.mean(ranks)), len(ranks)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?")
    options = parser.parse_args()
    if options.file:
        rankings = of_file(options.file)
    else:
        with tempfile.TemporaryDirectory() as folder:
            rankings = of_known_answers(Path(folder))
    for name, score in (
        ("BM25", bm25),
        ("embedding", Embedder.open(PACKAGED_MODEL).similarity),
        ("reader", Reader.open().rank),
    ):
        precision, rank, number = measure(rankings, score)
        print(f"{name:10} MAP {precision:.3f}  MRR {rank:.3f}  ({number} questions)")


if __name__ == "__main__":
    main()

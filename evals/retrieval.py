"""Paragraph retrieval on a SQuAD-like file: `python -m evals.retrieval FILE.jsonl`.

All distinct contexts are one corpus, a document each. Prints recall@1 and recall@5 (is the question's
context among the first k documents?) for dense search alone, keyword search alone, reciprocal rank
fusion, the convex combination at each weight, and the reranked order. The fusion weight is chosen on
half of the articles and reported on the other half. What the reader reranks is reported on the
articles that its training left out, whatever half they are in.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from index import Hit, Passage, Reader, Retriever
from index.reading.scores import READER_WEIGHT
from index.search import CANDIDATES, DEPTH, KEYWORD_WEIGHT, fuse

from .indexing import index_of
from .loaders.squad import Question, questions_of
from .splits import in_development, in_first_half
from .statistics import mean

Scored = list[tuple[Passage, float]]


def recall(ranked: Sequence[Sequence[Hit]], gold: Sequence[str], k: int) -> float:
    """The share of questions whose gold document is among the first k distinct documents."""
    first = [list(dict.fromkeys(h.passage.document_id for h in hits))[:k] for hits in ranked]
    return mean([wanted in documents for documents, wanted in zip(first, gold, strict=True)])


def reciprocal_rank_fusion(dense: Scored, keyword: Scored, constant: int = 60) -> list[Hit]:
    """Cormack, Clarke and Büttcher (2009), with equal weights: what the convex combination is compared with."""
    scores: dict[str, Hit] = {}
    for results in (dense, keyword):
        for rank, (passage, _) in enumerate(results, 1):
            before = scores.get(passage.id)
            scores[passage.id] = Hit(passage, (before.score if before else 0.0) + 1 / (constant + rank))
    return sorted(scores.values(), key=lambda h: -h.score)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--questions", type=int, default=2000, help="at most this many, sampled with a fixed seed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        retriever, questions, ids = opened(options.file, Path(folder))
        unseen = [q for q in questions if in_development(q.title)]
        rest = [q for q in questions if not in_development(q.title)]
        sampled = unseen + random.Random(7).sample(rest, min(options.questions, len(rest)))
        _report(retriever, sampled, [ids[q.context] for q in sampled])
        retriever.close()


def opened(file: Path, folder: Path) -> tuple[Retriever, list[Question], dict[str, str]]:
    """All contexts of a file as one corpus, indexed in `folder`; its answerable questions; the document of each context."""
    questions = questions_of(file)
    ids = {context: f"c{n}" for n, context in enumerate(dict.fromkeys(q.context for q in questions))}
    retriever = index_of(({"id": i, "text": context} for context, i in ids.items()), folder)
    return retriever, [q for q in questions if q.answerable], ids


def held_out_recall(file: Path, ks: Sequence[int] = (1, 5)) -> dict[str, float]:
    """recall@k of what a search finds, fused and not reranked, over the half of the articles that chose nothing."""
    with tempfile.TemporaryDirectory() as folder:
        retriever, questions, ids = opened(file, Path(folder))
        asked = [q for q in questions if not in_first_half(q.title)]
        ranked = [retriever.search(q.text, k=DEPTH, rerank=False) for q in tqdm(asked, desc="searching", disable=None)]
        retriever.close()
    return {f"recall@{k}": recall(ranked, [ids[q.context] for q in asked], k) for k in ks}


def _report(retriever: Retriever, questions: Sequence[Question], gold: Sequence[str]) -> None:
    asked = [q.text for q in questions]
    both: list[tuple[Scored, Scored]] = [
        retriever.rankings(q, DEPTH) for q in tqdm(asked, desc="searching", disable=None)
    ]
    parts = {
        "weight chosen on": [n for n, q in enumerate(questions) if in_first_half(q.title)],
        "weight reported on": [n for n, q in enumerate(questions) if not in_first_half(q.title)],
    }

    def show(name: str, ranked: dict[int, list[Hit]], numbers: Sequence[int]) -> None:
        lists, right = [ranked[n] for n in numbers], [gold[n] for n in numbers]
        print(f"  {name:32} recall@1 {recall(lists, right, 1):.3f}  recall@5 {recall(lists, right, 5):.3f}")

    for part, numbers in ((p, n) for p, n in parts.items() if n):
        print(f"{part}: {len(numbers)} questions")
        show("dense", {n: fuse(both[n][0], [], 0.0) for n in numbers}, numbers)
        show("keyword", {n: fuse([], both[n][1], 1.0) for n in numbers}, numbers)
        show("reciprocal rank fusion", {n: reciprocal_rank_fusion(*both[n]) for n in numbers}, numbers)
        for weight in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            mark = " (used)" if weight == KEYWORD_WEIGHT else ""
            show(f"keyword weight {weight}{mark}", {n: fuse(*both[n], weight) for n in numbers}, numbers)
    unseen = [n for n, q in enumerate(questions) if in_development(q.title)]
    print(f"articles the reader never saw: {len(unseen)} questions")
    show("fused", {n: fuse(*both[n]) for n in unseen}, unseen)
    weights = (0.3, 0.5, 0.7, 0.85)
    reader = retriever.reader
    assert isinstance(reader, Reader)
    ranked: dict[int, dict[float, list[Hit]]] = {}
    for n in unseen:  # read once, reordered with every weight
        hits = fuse(*both[n])
        ranking = reader.ranking(asked[n], hits[:CANDIDATES])
        ranked[n] = {w: [*ranking.reordered(w).hits, *hits[CANDIDATES:]] for w in weights}
    for weight in weights:
        mark = " (used)" if weight == READER_WEIGHT else ""
        show(f"reader weight {weight}{mark}", {n: ranked[n][weight] for n in unseen}, unseen)


if __name__ == "__main__":
    main()

"""Paragraph retrieval on a SQuAD-like file: `python -m evals.retrieval FILE.jsonl`.

All distinct contexts are one corpus, a document each. Prints recall@1 and recall@5 (is the question's
context among the first k documents?) for dense search alone, keyword search alone, reciprocal rank
fusion, the convex combination at each weight, and the reranked order. The fusion weight is chosen on
half of the articles and reported on the other half. What the reader reranks is reported on the
articles that its training left out, whatever half they are in.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from index import Hit, Passage, Retriever, sync
from index.reading.scores import READER_WEIGHT
from index.search import CANDIDATES, DEPTH, KEYWORD_WEIGHT, fuse

from .training.reader_data import in_development, in_first_half

Scored = list[tuple[Passage, float]]


def recall(ranked: Sequence[Sequence[Hit]], gold: Sequence[str], k: int) -> float:
    """The share of questions whose gold document is among the first k distinct documents."""
    hits = 0
    for found, wanted in zip(ranked, gold, strict=True):
        distinct = list(dict.fromkeys(h.passage.document_id for h in found))[:k]
        hits += wanted in distinct
    return hits / len(gold)


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
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    ids = {context: f"c{n}" for n, context in enumerate(dict.fromkeys(r["context"] for r in rows))}
    rows = [r for r in rows if r["answerable"]]
    unseen = [r for r in rows if in_development(r["title"])]
    rest = [r for r in rows if not in_development(r["title"])]
    rows = unseen + random.Random(7).sample(rest, min(options.questions, len(rest)))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "contexts.jsonl"
        source.write_text("".join(json.dumps({"id": i, "text": c}) + "\n" for c, i in ids.items()), encoding="utf-8")
        sync([source], Path(folder) / "index")
        retriever = Retriever.open(Path(folder) / "index")
        _report(retriever, rows, [ids[r["context"]] for r in rows])
        retriever.close()


def _report(retriever: Retriever, rows: Sequence[dict[str, str]], gold: Sequence[str]) -> None:
    asked = [r["question"] for r in rows]
    vectors = retriever.embedder.encode(asked)
    both: list[tuple[Scored, Scored]] = [
        (retriever._store.nearest(v, DEPTH), retriever._keyword.search(q, DEPTH))
        for q, v in tqdm(list(zip(asked, vectors, strict=True)), desc="searching", disable=None)
    ]
    parts = {
        "weight chosen on": [n for n, r in enumerate(rows) if in_first_half(r["title"])],
        "weight reported on": [n for n, r in enumerate(rows) if not in_first_half(r["title"])],
    }

    def show(name: str, ranked: dict[int, list[Hit]], numbers: Sequence[int]) -> None:
        found = [ranked[n] for n in numbers]
        right = [gold[n] for n in numbers]
        print(f"  {name:32} recall@1 {recall(found, right, 1):.3f}  recall@5 {recall(found, right, 5):.3f}")

    for part, numbers in ((p, n) for p, n in parts.items() if n):
        print(f"{part}: {len(numbers)} questions")
        show("dense", {n: fuse(both[n][0], [], 0.0) for n in numbers}, numbers)
        show("keyword", {n: fuse([], both[n][1], 1.0) for n in numbers}, numbers)
        show("reciprocal rank fusion", {n: reciprocal_rank_fusion(*both[n]) for n in numbers}, numbers)
        for weight in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            mark = " (used)" if weight == KEYWORD_WEIGHT else ""
            show(f"keyword weight {weight}{mark}", {n: fuse(*both[n], weight) for n in numbers}, numbers)
    unseen = [n for n, r in enumerate(rows) if in_development(r["title"])]
    print(f"articles the reader never saw: {len(unseen)} questions")
    show("fused", {n: fuse(*both[n]) for n in unseen}, unseen)
    weights = (0.3, 0.5, 0.7, 0.85)
    assert retriever.reader is not None
    ranked: dict[int, dict[float, list[Hit]]] = {}
    for n in unseen:  # read once, reordered with every weight
        hits = fuse(*both[n])
        ranking = retriever.reader.ranking(asked[n], hits[:CANDIDATES])
        ranked[n] = {w: [*ranking.reordered(w).hits, *hits[CANDIDATES:]] for w in weights}
    for weight in weights:
        mark = " (used)" if weight == READER_WEIGHT else ""
        show(f"reader weight {weight}{mark}", {n: ranked[n][weight] for n in unseen}, unseen)


if __name__ == "__main__":
    main()

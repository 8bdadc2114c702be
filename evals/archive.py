"""Questions on an archive of news: `python -m evals.archive FOLDER QUESTIONS.jsonl`.

A line of the questions is `{"question", "answers", "docs", "date"}`: the answer in words, and the documents that were found to
hold it. Prints for how many questions a passage with the answer, and one of those documents, is among the first 1, 5, 10 and
20 hits: by keywords alone, by meaning alone, fused, with newer passages first, and reranked by the reader.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from index import Hit, Retriever, sync
from index.search import CANDIDATES, DEPTH, fuse

from .metrics.matching import occurs
from .statistics import mean

KS = (1, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question, the wordings of its answer, and the documents that hold it."""

    text: str
    answers: tuple[str, ...]
    documents: tuple[str, ...]

    def answered(self, hit: Hit) -> bool:
        return any(occurs(answer, hit.passage.searchable) for answer in self.answers)

    def told(self, hit: Hit) -> bool:
        return Path(hit.passage.document_id).name in self.documents


def quiz_questions(file: Path) -> list[QuizQuestion]:
    """All questions of a file. Raises OSError, and ValueError or KeyError for a line of another format."""
    with file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [QuizQuestion(r["question"], tuple(r["answers"]), tuple(r["docs"])) for r in rows]


def among_first(
    found: Sequence[tuple[QuizQuestion, Sequence[Hit]]], right: Callable[[QuizQuestion, Hit], bool]
) -> dict[int, float]:
    """The share of questions with a right hit among the first k, for each of `KS`."""
    return {k: mean([any(right(question, hit) for hit in hits[:k]) for question, hits in found]) for k in KS}


def searches(retriever: Retriever) -> dict[str, Callable[[str], list[Hit]]]:
    """What is compared, by name: each finds the passages for a question, best first."""
    return {
        "keywords": lambda q: fuse([], retriever.rankings(q, DEPTH)[1]),
        "meaning": lambda q: fuse(retriever.rankings(q, DEPTH)[0], []),
        "fused": lambda q: retriever.search(q, k=CANDIDATES, rerank=False, recent=False),
        "newer first": lambda q: retriever.search(q, k=CANDIDATES, rerank=False),
        "reranked, not newer first": lambda q: retriever.search(q, k=CANDIDATES, recent=False),
        "reranked": lambda q: retriever.search(q, k=CANDIDATES),
    }


def report(retriever: Retriever, questions: Sequence[QuizQuestion]) -> str:
    lines = [f"{len(questions)} questions, {retriever.counts().documents} documents; among the first {KS}"]
    for name, search in searches(retriever).items():
        found = [(q, search(q.text)) for q in tqdm(questions, desc=name, disable=None)]
        passages = among_first(found, QuizQuestion.answered)
        documents = among_first(found, QuizQuestion.told)
        shares = (" / ".join(f"{shown[k]:.3f}" for k in KS) for shown in (passages, documents))
        lines.append("{}: passage with the answer {}, document that holds it {}".format(name, *shares))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument(
        "--index", type=Path, help="where the index of the folder is kept, or made (default: thrown away)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = options.index or Path(folder) / "index"
        sync([options.folder], index)
        retriever = Retriever.open(index)
        print(report(retriever, quiz_questions(options.questions)))
        retriever.close()


if __name__ == "__main__":
    main()

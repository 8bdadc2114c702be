"""More labelled questions, of other sets and of news: what a later stage of the reader's training learns from too.

SQuAD-like questions on other texts (Miller et al., 2020, and part of SQuAD's own training set), sentences that answer
(SelQA, Jurczyk et al., 2016), and questions on single sentences of Wikinews and Wikipedia (QAMR, Michael et al., 2018;
QADiscourse, Pyatkin et al., 2020), put back among the sentences around them.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from index.language.words import content_stems

from ..splits import hashed
from .shared import DATA
from .squad import Question

FOLDER = DATA / "train"
PARAGRAPHS = (
    "squad_train_part/squad11_part",
    "squad_train_part/squad20_part_extra",
    "squadshifts/new_wiki",
    "squadshifts/reddit",
    "squadshifts/amazon_reviews",
    "selqa/dev",
    "selqa/test",
)
SENTENCES = (
    *(f"qadiscourse/{name}" for name in ("wikinews_train", "wikinews_dev", "wikinews_test")),
    *(f"qadiscourse/{name}" for name in ("wikipedia_dev", "wikipedia_test")),
    "qamr/dev",
    "qamr/test",
)
PLAIN = 8000
"""At most so many questions of QAMR: they are plain, many to a sentence, and share its words."""
_TOGETHER = 700
"""Sentences of an article are put together again until they have so many characters."""
_SAYING = 3
"""A question on a single sentence that has fewer content words ("What was done?") could be of any text."""
_PLAINLY = (("In what manner ", "How "), ("What is the reason ", "Why is it that "))
"""How people would begin what QADiscourse asks in its set phrases."""


def labelled_questions(folder: Path = FOLDER) -> list[Question]:
    """All of them, each once. Raises OSError when a file is missing."""
    seen: dict[str, Question] = {}
    for name in PARAGRAPHS:
        for row in _rows(folder / f"{name}.jsonl"):
            question = _question(name, row, row["context"], 0)
            if question is not None:
                seen.setdefault(question.id, question)
    for question in _on_sentences(folder):
        seen.setdefault(question.id, question)
    return list(seen.values())


def _question(name: str, row: dict[str, Any], context: str, offset: int) -> Question | None:
    """None for an answer that does not stand in the text."""
    answers = [a for a in row["answers"] if a["start"] >= 0 and context.startswith(a["text"], a["start"] + offset)]
    if row["answerable"] and not answers:
        return None
    title = row.get("title", "")
    if name.startswith(("squadshifts/reddit", "squadshifts/amazon")):
        title = ""  # that of the collection
    return Question(
        f"{name}:{hashed(row['question'] + context):x}",
        name.split("/")[0],
        title.replace("_", " "),
        context,
        row["question"],
        tuple((a["text"], a["start"] + offset) for a in answers),
    )


def _on_sentences(folder: Path) -> Iterator[Question]:
    rows = [(name, row) for name in SENTENCES for row in _rows(folder / f"{name}.jsonl")]
    articles = _Articles(row for _, row in rows)
    plain = 0
    random.Random(1).shuffle(rows)
    for name, row in rows:
        asked: str = row["question"]
        if len(content_stems(asked)) < _SAYING:
            continue
        if name.startswith("qamr"):
            plain += 1
            if plain > PLAIN:
                continue
        for phrase, plainly in _PLAINLY:
            asked = asked.replace(phrase, plainly) if asked.startswith(phrase) else asked
        context, offset = articles.of(row)
        question = _question(name, {**row, "question": asked}, context, offset)
        if question is not None:
            yield question


class _Articles:
    """The sentences that the sets hold of each article, in its order, as texts of some of them."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        held: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
        for row in rows:
            article, place = _place(row)
            held[article][place] = row["context"]
        self._texts: dict[tuple[str, tuple[int, int]], tuple[list[str], int]] = {}
        for article, sentences in held.items():
            parts: list[str] = []
            paragraph, length = -1, 0
            for place in sorted(sentences):
                if length > _TOGETHER:
                    parts, length = [], 0
                if parts:
                    parts.append(" " if place[0] == paragraph else "\n\n")
                    length += len(parts[-1])
                self._texts[article, place] = parts, length
                parts.append(sentences[place])
                paragraph, length = place[0], length + len(parts[-1])

    def of(self, row: dict[str, Any]) -> tuple[str, int]:
        """The text that the sentence of a row stands in, and the character where it begins there."""
        parts, offset = self._texts[_place(row)]
        return "".join(parts), offset


def _place(row: dict[str, Any]) -> tuple[str, tuple[int, int]]:
    _, corpus, article, paragraph, sentence = row["id"].split(":")
    return f"{corpus}:{article}", (int(paragraph), int(sentence))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)

"""The reader's training data: questions with their paragraphs, and the groups of texts a step learns from.

The openly licensed questions of `loaders/squad.py` (SQuAD 1.1 and 2.0, QED on Natural Questions, PolicyQA) and
`loaders/labelled.py` (other texts, news among them), split by article. A group is one question with a text that answers it and texts that do not (from the same article, and
from what search finds near). Beside them stand claims (`claims.py`) and what news asks of a reader beyond an encyclopaedia: near misses and introductions (`made_questions.py`), texts whose lines are about different
things, as those of a live page are, single sentences among sentences of other articles that share their words, and
questions in the other case.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.chunking import passage_spans
from index.documents import Passage
from index.language.bm25 import TextsByWords
from index.language.sentences import Span, sentences
from index.models.embedding import PACKAGED_MODEL, Embedder
from index.reading.network import Example, lay_out
from index.search import fuse

from ..loaders.labelled import labelled_questions
from ..loaders.squad import FOLDER, Question, training_questions
from .claims import claims_of
from .made_questions import introductions, near_miss

MAX_TOKENS = 224
_ANSWER_PIECES = 40
"""An answer of more word pieces is a whole sentence, of which the answering words are not known."""
UNKNOWN = (-100, -100)
"""What the span loss of PyTorch leaves out of account."""
NEAREST = 24
"""Passages kept for each question, for negatives to be drawn from."""
_WORD = re.compile(r"[^\W\d_]{4,}")

Answers = Sequence[tuple[str, int]]
"""Answers with their places in a text."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one text of a group should give: sentence numbers that answer, and the answer's piece span ((0, 0) = none,
    `UNKNOWN` where only the sentence is known).

    With `supported`, the example is a claim with a text, and only that is learned from it."""

    example: Example
    relevant: bool
    evidence: frozenset[int]
    span: tuple[int, int]
    supported: bool | None = None


def questions_to_train_on(folder: Path = FOLDER) -> list[Question]:
    """All of them, those of the development articles too, in an order that stays. Raises OSError when a file is missing."""
    return training_questions(folder) + labelled_questions()


class Corpus:
    """The passages of all contexts, their vectors, and near passages of other articles for each question."""

    def __init__(self, questions: Sequence[Question], cache: Path) -> None:
        self.spans: dict[str, list[Span]] = {}
        self.texts: list[str] = []
        self.titles: list[str] = []
        first: dict[str, int] = {}
        for question in questions:
            if question.context not in self.spans:
                first[question.context] = len(self.texts)
                self.spans[question.context] = passage_spans(question.context)
                for start, end in self.spans[question.context]:
                    self.texts.append(question.context[start:end])
                    self.titles.append(question.title)
        self.first = first
        cache.parent.mkdir(parents=True, exist_ok=True)
        if cache.exists():
            self.near = np.load(cache)
        else:
            embedder = Embedder.open(PACKAGED_MODEL)
            vectors = embedder.encode(self.texts)
            asked = embedder.encode([q.text for q in questions])
            self.near = self._fused(questions, asked @ vectors.T).astype(np.int32)
            np.save(cache, self.near)

    def _fused(self, questions: Sequence[Question], similar: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """The `NEAREST` best passages for each question by the same fusion that `Retriever.search` uses."""
        held = [
            Passage(str(n), t, 0, len(t), title=title)
            for n, (t, title) in enumerate(zip(self.texts, self.titles, strict=True))
        ]
        by_words = TextsByWords(self.texts, self.titles)
        rows = []
        for question, row in zip(questions, similar, strict=True):
            best = np.argpartition(-row, 40)[:40]
            dense = sorted(((held[i], float(row[i])) for i in best), key=lambda x: -x[1])
            keyword = [(held[i], score) for i, score in by_words.search(question.text, 40)]
            fused = [int(h.passage.document_id) for h in fuse(dense, keyword)][:NEAREST]
            rows.append(fused + [fused[-1]] * (NEAREST - len(fused)))
        by_words.close()
        return np.array(rows)


class Groups:
    """Builds the training groups of one epoch; the same (seed, epoch, question) always gives the same group."""

    def __init__(
        self,
        corpus: Corpus,
        questions: Sequence[Question],
        tokenizer: Any,
        seed: int,
        texts: int = 3,
    ) -> None:
        self.corpus, self.tokenizer, self.seed, self.texts = corpus, tokenizer, seed, texts
        self.answers: dict[str, list[str]] = defaultdict(list)
        self.answers_of_title: dict[str, list[str]] = defaultdict(list)
        for question in questions:
            for answer, _ in question.answers[:1]:
                self.answers[question.context].append(answer)
                self.answers_of_title[question.title].append(answer)

    def of(self, number: int, question: Question, epoch: int) -> list[list[Target]]:
        """All groups that a question gives in an epoch."""
        made = (self.build, self.claims, self.near_miss, self.introduction)
        return [g for g in (make(number, question, epoch) for make in made) if g]

    def build(self, number: int, question: Question, epoch: int) -> list[Target]:
        """The question with a text that answers it, when it is answerable, and texts that do not."""
        rng = random.Random(f"{self.seed}:{epoch}:{question.id}")
        title = question.title if rng.random() < 0.5 else ""
        asked = _recased(question.text, rng)
        if question.answers and rng.random() < 0.3:
            picked = self._sentences(number, question, rng)
            if picked:
                return self._targets(asked, picked, [""] * len(picked))
        picked, titles = self._passages(number, question, rng)
        if rng.random() < 0.3:
            picked = [self._lined(text, answers, number, question, rng) for text, answers in picked]
        return self._targets(asked, picked, [title if own else (t if title else "") for own, t in titles])

    def claims(self, number: int, question: Question, epoch: int) -> list[Target]:
        """Claims made from a question and its paragraph, true and false ones, with the passage that decides; and a
        true one with a near passage of another article, which does not."""
        rng = random.Random(f"claims:{self.seed}:{epoch}:{question.id}")
        others = [a for a in self.answers[question.context] if a not in [x for x, _ in question.answers]]
        made = claims_of(
            question.text, question.answers, others or self.answers_of_title[question.title], question.context, rng
        )
        far = [t for t in self._near(number) if t not in question.context]
        if made and far and rng.random() < 0.4:
            made.append((made[0][0], rng.choice(far[:10]), False))
        targets = []
        for claim, text, true in made:
            title = [question.title if true and rng.random() < 0.3 else ""]
            example = lay_out(self.tokenizer, claim, [text], [sentences(text)], title, MAX_TOKENS)[0]
            targets.append(Target(example, False, frozenset(), (0, 0), true))
        return targets

    def near_miss(self, number: int, question: Question, epoch: int) -> list[Target]:
        """For a third of the answerable questions: one changed so that its own passage does not answer it."""
        rng = random.Random(f"near miss:{self.seed}:{epoch}:{question.id}")
        if not question.answers or rng.random() > 0.35:
            return []
        made = near_miss(
            question.text, question.context, [t for t in self._near(number) if t not in question.context], rng
        )
        if made is None:
            return []
        own = self.corpus.spans[question.context]
        texts = [question.context[s:e] for s, e in own if any(s <= a < e for _, a in question.answers)][:2]
        return self._targets(
            made, [(text, []) for text in texts], [question.title if rng.random() < 0.5 else ""] * len(texts)
        )

    def introduction(self, number: int, question: Question, epoch: int) -> list[Target]:
        """Who somebody is that the question's paragraph speaks of in passing, where it does."""
        rng = random.Random(f"introduction:{self.seed}:{epoch}:{question.id}")
        introduced = introductions(question.context)
        if not introduced or rng.random() > 0.7:
            return []
        asked, answer, start = rng.choice(introduced)
        made = Question(question.id, question.set, question.title, question.context, asked, ((answer, start),))
        picked, titles = self._passages(number, made, rng)
        shown = rng.random() < 0.5
        return self._targets(_recased(asked, rng), picked[:3], [t if shown else "" for _, t in titles[:3]])

    def _near(self, number: int) -> list[str]:
        return [self.corpus.texts[int(i)] for i in self.corpus.near[number]]

    def _passages(
        self, number: int, question: Question, rng: random.Random
    ) -> tuple[list[tuple[str, Answers]], list[tuple[bool, str]]]:
        """A positive and its negatives, each with the answers in it; and whether each is of the question's own paragraph,
        with its title."""
        corpus = self.corpus
        own = corpus.spans[question.context]
        first = corpus.first[question.context]
        holding = [i for i, (s, e) in enumerate(own) if any(s <= a < e for _, a in question.answers)]
        chosen: list[int] = []
        if holding:
            chosen.append(first + rng.choice(holding))
        siblings = [first + i for i in range(len(own)) if i not in holding]
        rng.shuffle(siblings)
        chosen += siblings[: 1 if holding else 2]
        words = [a.lower() for a, _ in question.answers]
        far = [int(i) for i in corpus.near[number] if not first <= i < first + len(own)]
        far = [i for i in far if not any(w in corpus.texts[i].lower() for w in words)]
        weights = [1 / (1 + r) ** 0.5 for r in range(len(far))]
        while far and len(chosen) < self.texts:
            pick = rng.choices(range(len(far)), weights)[0]
            chosen.append(far.pop(pick))
            weights.pop(pick)
        texts: list[tuple[str, Answers]] = []
        for i in chosen:
            inside = first <= i < first + len(own)
            start, end = own[i - first] if inside else (0, 0)
            texts.append((corpus.texts[i], [(a, at - start) for a, at in question.answers if start <= at < end]))
        return texts, [(first <= i < first + len(own), corpus.titles[i]) for i in chosen]

    def _sentences(self, number: int, question: Question, rng: random.Random) -> list[tuple[str, Answers]]:
        """A sentence that answers and sentences that do not: of the same paragraph and of others that share its words."""
        spans = sentences(question.context)
        good = [s for s in spans if any(s[0] <= a < s[1] for _, a in question.answers)]
        words = [a.lower() for a, _ in question.answers]

        def bare(text: str) -> bool:
            return not any(w in text.lower() for w in words)

        bad = [question.context[slice(*s)] for s in spans if s not in good]
        bad = [text for text in bad if bare(text)]
        rng.shuffle(bad)
        asked = set(_WORD.findall(question.text.lower()))
        far = [
            text[s:e] for text in self._near(number)[:10] if text not in question.context for s, e in sentences(text)
        ]
        far = [t for t in far if bare(t) and len(asked & set(_WORD.findall(t.lower()))) > 1 and len(t) < 400]
        rng.shuffle(far)
        bad = bad[: self.texts // 2 + 1] + far
        if not good or not bad:
            return []
        start, end = rng.choice(good)
        inside = [(a, at - start) for a, at in question.answers if start <= at < end]
        return [(question.context[start:end], inside), *((text, []) for text in bad[: self.texts + 1])]

    def _lined(
        self, text: str, answers: Answers, number: int, question: Question, rng: random.Random
    ) -> tuple[str, Answers]:
        """Up to two sentences of a text as a line between lines of other texts, as on a live page."""
        spans = sentences(text)
        if not spans:
            return text, answers
        held = [i for i, (s, e) in enumerate(spans) if any(s <= at < e for _, at in answers)]
        first = rng.choice(held) if held else rng.randrange(len(spans))
        if first and rng.random() < 0.4:
            first -= 1
        start, end = spans[first][0], spans[min(first + rng.randint(0, 1), len(spans) - 1)][1]
        end = max([end, *(e for s, e in spans if any(s <= at < e for _, at in answers[:1]) and s >= start)])
        words = [a.lower() for a, _ in question.answers]
        lines = []
        near = self._near(number)
        for other in rng.sample(near, min(rng.randint(2, 4), len(near))):
            there = sentences(other)
            if there and other not in question.context:
                s, e = rng.choice(there)
                if e - s < 300 and not any(w in other[s:e].lower() for w in words):
                    lines.append(other[s:e])
        place = rng.randint(0, len(lines))
        before = "".join(f"{line}\n" for line in lines[:place])
        made = "\n".join([before + text[start:end], *lines[place:]])
        return made, [(a, at - start + len(before)) for a, at in answers if start <= at < end]

    def _targets(self, asked: str, picked: Sequence[tuple[str, Answers]], titles: list[str]) -> list[Target]:
        spans = [sentences(text) for text, _ in picked]
        examples = lay_out(self.tokenizer, asked, [t for t, _ in picked], spans, titles, MAX_TOKENS)
        targets = []
        for (_, answers), inside, example in zip(picked, spans, examples, strict=True):
            evidence: set[int] = set()
            span = (0, 0)
            for answer, begin in answers:
                evidence |= {i for i, (s, e) in enumerate(inside) if s <= begin < e}
                pieces = [
                    i for i, (s, e) in enumerate(example.offsets) if e > s and s < begin + len(answer) and e > begin
                ]
                if pieces and span == (0, 0):
                    span = (pieces[0], pieces[-1]) if len(pieces) <= _ANSWER_PIECES else UNKNOWN
            targets.append(Target(example, bool(evidence), frozenset(evidence), span))
        return targets


def _recased(question: str, rng: random.Random) -> str:
    """Some questions as others type them: without capitals and question mark, or with both."""
    if question.endswith("?"):
        return question.rstrip("?").lower() if rng.random() < 0.15 else question
    return f"{question[:1].upper()}{question[1:]}?" if rng.random() < 0.4 else question

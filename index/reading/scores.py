"""What a reader makes of a question with texts: scores of each text, of their sentences, and of the answering words.

Computed once and passed on: the search's reranking makes a `Ranking`, the answer reads on in it to a `Reading`, and
whoever comes after looks there. Also how a text longer than the model is cut, and its parts joined again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..documents import Hit
from ..language.sentences import Span, sentences

MAX_TOKENS = 384
"""Word pieces of question and text together; longer texts are read in windows of whole sentences."""
READER_WEIGHT = 0.5
"""Share of the reader's relevance in the reranked score, chosen on development questions (docs/choices.md)."""
NO_SCORE = -10.0
"""The logit of what has no word to be scored by."""
_WINDOW_CHARS = 1100
_MAX_ANSWER_PIECES = 24


@dataclass(frozen=True, slots=True)
class TextScores:
    """What a model makes of one question with one text: logits, higher is better.

    `sentences`, `evidence` and `words` run in parallel: each sentence, its logit, and the span and
    logit of the answering words in it (the logit is relative to "no answer here"). `support` is for a claim
    in the place of the question: does the text say so? None from a reader that did not learn it. `whole` is
    false for a text whose early score was so low beside the others' that it was not read to the end: its logits
    put it behind them and mean no more.
    """

    relevance: float
    sentences: tuple[Span, ...]
    evidence: tuple[float, ...]
    words: tuple[tuple[Span, float], ...]
    support: float | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A sentence that may answer. Offsets count characters of the text with number `passage`.

    `answer_start:answer_end` are the answering words, inside `start:end`; `score` is in 0..1.
    """

    passage: int
    start: int
    end: int
    answer_start: int
    answer_end: int
    score: float

    @property
    def odds(self) -> float:
        return self.score / max(1 - self.score, 1e-6)


@dataclass(frozen=True, slots=True)
class Ranking:
    """One question's hits in order, best first, with what a reader made of each.

    `scores` and `relevance` (in 0..1: how well does the passage answer?) run in parallel to `hits`.
    """

    question: str
    hits: tuple[Hit, ...]
    scores: tuple[TextScores, ...]
    relevance: tuple[float, ...]

    def reordered(self, weight: float = READER_WEIGHT) -> Ranking:
        """In the order of a mix of the reader's relevance, which has this weight, and the score of the search."""
        mixed = [
            replace(hit, score=weight * relevance + (1 - weight) * hit.score)
            for hit, relevance in zip(self.hits, self.relevance, strict=True)
        ]
        order = sorted(range(len(mixed)), key=lambda n: -mixed[n].score)
        return Ranking(
            self.question,
            tuple(mixed[n] for n in order),
            tuple(self.scores[n] for n in order),
            tuple(self.relevance[n] for n in order),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A ranking read to its sentences: `spans` best first, one for each sentence of the hits; `answerable` in 0..1: do
    they answer at all? `ours`: the logits are those of our own reader, which further scores were calibrated with."""

    ranking: Ranking
    spans: tuple[AnswerSpan, ...]
    answerable: float
    ours: bool = False


class Reranker(Protocol):
    """What a search needs of whoever reads what it found."""

    def rerank(self, question: str, hits: Sequence[Hit], weight: float = READER_WEIGHT) -> Ranking: ...


class ReaderModel(Protocol):
    """What a kind of reader has to do; everything else is common.

    With `place_penalty` it may leave unread the texts with low early scores: it is how much less, in logits, each place
    further down the list counts. None reads all to the end."""

    def score(
        self, question: str, texts: Sequence[str], titles: Sequence[str], place_penalty: float | None = None
    ) -> list[TextScores]: ...


def windows(text: str) -> list[tuple[str, int, list[Span]]]:
    """(text, offset, sentences) of windows that fit the model, whole sentences each; most texts are one window."""
    spans = sentences(text)
    if len(text) <= _WINDOW_CHARS or not spans:
        return [(text, 0, spans)]
    windows: list[list[Span]] = [[]]
    for span in spans:
        if windows[-1] and span[1] - windows[-1][0][0] > _WINDOW_CHARS:
            windows.append([])
        windows[-1].append(span)
    return [(text[w[0][0] : w[-1][1]], w[0][0], [(s - w[0][0], e - w[0][0]) for s, e in w]) for w in windows]


def joined(parts: Sequence[tuple[int, TextScores]]) -> TextScores:
    """The scores of a text from those of its windows."""
    if len(parts) == 1 and parts[0][0] == 0:
        return parts[0][1]
    return TextScores(
        relevance=max(part.relevance for _, part in parts),
        sentences=tuple((s + o, e + o) for o, part in parts for s, e in part.sentences),
        evidence=tuple(x for _, part in parts for x in part.evidence),
        words=tuple(((s + o, e + o), x) for o, part in parts for (s, e), x in part.words),
        support=max((part.support for _, part in parts if part.support is not None), default=None),
        whole=any(part.whole for _, part in parts),
    )


def words_in(
    sentence: Span,
    offsets: Sequence[Span],
    starts: npt.NDArray[np.float32],
    ends: npt.NDArray[np.float32],
    pieces: Sequence[int],
    null: float,
) -> tuple[Span, float]:
    """The best answer span inside a sentence, given the word pieces that belong to it."""
    if not pieces:
        return sentence, NO_SCORE
    first, last = pieces[0], pieces[-1] + 1
    scores = starts[first:last, None] + ends[None, first:last]
    size = last - first
    allowed = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(
        np.ones((size, size), dtype=bool), _MAX_ANSWER_PIECES
    )
    scores = np.where(allowed, scores, -1e9)
    row, column = divmod(int(scores.argmax()), size)
    return (offsets[first + row][0], offsets[first + column][1]), float(scores[row, column]) - null

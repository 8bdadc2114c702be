"""What a model makes of a question with one text, and how a text longer than the model is cut and joined again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..language.sentences import Span, sentences

MAX_TOKENS = 384
"""Word pieces of question and text together; longer texts are read in windows of whole sentences."""
_WINDOW_CHARS = 1100
_MAX_ANSWER_PIECES = 24


@dataclass(frozen=True, slots=True)
class Look:
    """What a model makes of one question with one text: logits, higher is better.

    `sentences`, `evidence` and `words` run in parallel: each sentence, its logit, and the span and
    logit of the answering words in it (the logit is relative to "no answer here"). `support` is for a claim
    in the place of the question: does the text say so? None from a reader that did not learn it. `whole` is
    false for a text that promised so little beside the others that it was not read to the end: its logits
    put it behind them and mean no more.
    """

    relevance: float
    sentences: tuple[Span, ...]
    evidence: tuple[float, ...]
    words: tuple[tuple[Span, float], ...]
    support: float | None = None
    whole: bool = True


class ReaderModel(Protocol):
    """What a kind of reader has to do; everything else is common.

    With `hurry` it may leave unread the texts that promise little: it is how much promise, in logits, each place
    further down the list costs. None reads all to the end."""

    def look(
        self, question: str, texts: Sequence[str], titles: Sequence[str], hurry: float | None = None
    ) -> list[Look]: ...


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


def joined(parts: Sequence[tuple[int, Look]]) -> Look:
    """One look from those at the windows of a text."""
    if len(parts) == 1 and parts[0][0] == 0:
        return parts[0][1]
    return Look(
        relevance=max(look.relevance for _, look in parts),
        sentences=tuple((s + o, e + o) for o, look in parts for s, e in look.sentences),
        evidence=tuple(x for _, look in parts for x in look.evidence),
        words=tuple(((s + o, e + o), x) for o, look in parts for (s, e), x in look.words),
        support=max((look.support for _, look in parts if look.support is not None), default=None),
        whole=any(look.whole for _, look in parts),
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
        return sentence, -10.0
    first, last = pieces[0], pieces[-1] + 1
    scores = starts[first:last, None] + ends[None, first:last]
    size = last - first
    allowed = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(
        np.ones((size, size), dtype=bool), _MAX_ANSWER_PIECES
    )
    scores = np.where(allowed, scores, -1e9)
    row, column = divmod(int(scores.argmax()), size)
    return (offsets[first + row][0], offsets[first + column][1]), float(scores[row, column]) - null

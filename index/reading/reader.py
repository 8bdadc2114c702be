"""Question x texts -> which texts, sentences and words answer, and whether any does.

The default reader is a MiniLM encoder (Wang et al., 2020) with three heads, trained by
`evals/training/train_reader.py` on openly licensed questions: one logit a text (does it answer?), one a
sentence (is it the evidence?) and a start and an end logit a word piece (Devlin et al., 2019; a
text without the answer points at [CLS], as in SQuAD 2.0). Its card is `weights/MODEL_CARD.md`.

This is the only file that knows which kind of reader it holds: ours, a Hugging Face
question-answering model, or a cross-encoder.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import RLock

import numpy as np
import numpy.typing as npt

from ..errors import ReaderError
from ..language.bm25 import bm25
from ..models.embedding import PACKAGED_MODEL, Embedder
from .huggingface import CrossEncoderModel, QuestionAnsweringModel
from .ours import READ_TEXTS, OurModel
from .scores import Look, ReaderModel

WEIGHTS = Path(__file__).parent / "weights"
_PRIOR = 0.3
"""How much less promise, in logits, each place further down a ranked list of texts stands for (docs/choices.md)."""
_SHORT_CHARS = 6000
"""Texts of no more characters than this, together, are compared with the question by their embeddings too."""
_READ_CHARS = 4000
"""Texts that have no more characters than this, together, are all read to the end."""
READ_AGAIN = 4
"""So many of the best sentences are read a second time, each by itself."""


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


@dataclass(frozen=True, slots=True)
class Reading:
    """`spans` best first, one for each sentence of the texts; `answerable` in 0..1: do the texts answer at all?"""

    spans: tuple[AnswerSpan, ...]
    answerable: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns logits into scores: fitted on development questions, stored beside the weights (`reader.json`).

    A sentence's logit is `evidence + relevance_share * relevance + words_share * words`; that of one read again is the
    mean of it and of its logit as a text by itself, which has the weight `alone_share`. Where a search put the texts in
    order, `place_cost * ln(place)` of logit is taken off before the sentences are compared. A text's logit is
    `relevance + rank_evidence_share * evidence + rank_words_share * words`, of its best sentence; answerable
    is the logistic function of `answerable_scale * logit + answerable_shift` of the best text. Where no search has
    weighed words and meaning, texts are ranked by `rank_keyword_share` of their BM25 and `rank_meaning_share` of the
    cosine of their embeddings too.
    """

    relevance_share: float = 0.5
    words_share: float = 0.25
    alone_share: float = 0.0
    place_cost: float = 0.0
    rank_evidence_share: float = 0.5
    rank_words_share: float = 0.0
    rank_keyword_share: float = 0.0
    rank_meaning_share: float = 0.0
    answerable_scale: float = 1.0
    answerable_shift: float = 0.0


_PLAIN = Calibration(relevance_share=0.0, words_share=0.0, rank_evidence_share=0.0)
"""For readers whose sentence logits say all there is."""


class Reader:
    """Ranks texts and finds the answering sentences. Safe to share between threads."""

    def __init__(self, name: str, model: ReaderModel, calibration: Calibration, *, ours: bool = False) -> None:
        self.name, self.calibration, self.ours = name, calibration, ours
        self._model = model
        self._lock = RLock()
        self._seen: OrderedDict[tuple[str, str, str], Look] = OrderedDict()

    @staticmethod
    def open(name: str = "default") -> Reader:
        """Loads a reader: "default" is ours, anything else the name or path of a Hugging Face
        question-answering or cross-encoder model, or a folder written by `make reader`.
        Loaded once a process. Raises ReaderError."""
        return _open(name)

    def rank(
        self, question: str, texts: Sequence[str], titles: Sequence[str] | None = None, *, ordered: bool = False
    ) -> npt.NDArray[np.float32]:
        """How well each text answers, in 0..1, shape (len(texts),). Texts may be sentences or passages;
        `titles` are the titles of their documents, when known.

        `ordered`: a search put them in this order, best first, and weighs their words and their meaning itself. Without
        it, what a text lacks in either beside the text most like the question is taken off its logit."""
        logits = np.array([self._text_logit(look) for look in self.looks(question, texts, titles, ordered=ordered)])
        if not ordered and len(texts) > 1:
            shares = self.calibration.rank_keyword_share, self.calibration.rank_meaning_share
            alike = likeness(question, texts) @ np.array(shares) if any(shares) else np.zeros(len(texts))
            logits += alike - alike.max()
        return np.array([_logistic(x / 2) for x in logits], dtype=np.float32)

    def read(
        self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None, *, ordered: bool = False
    ) -> Reading:
        """Every sentence of `passages` with its score and its answering words, best first.

        A sentence is read in its passage, which says who "he" is; the best are read by themselves too, where nothing
        beside them distracts: both together choose better than either (docs/choices.md). `ordered`: a search put the
        passages in this order, best first; then the places of their passages count in the scores of the sentences."""
        looks = self.looks(question, passages, titles, ordered=ordered)
        found = [
            (self.sentence_logit(look.relevance, evidence, words), AnswerSpan(number, *sentence, *span, 0.0))
            for number, look in enumerate(looks)
            for sentence, evidence, (span, words) in zip(look.sentences, look.evidence, look.words, strict=True)
        ]
        found.sort(key=_best_first)
        if self.calibration.alone_share and len(found) > 1:
            best = [span for _, span in found[:READ_AGAIN]]
            alone = self.looks(question, [passages[span.passage][span.start : span.end] for span in best])
            for n, look in enumerate(alone):
                logit = mixed(found[n][0], self.alone_logit(look), self.calibration.alone_share)
                found[n] = logit, best[n]
        if ordered:
            found = [(placed(x, span.passage, self.calibration.place_cost), span) for x, span in found]
        found.sort(key=_best_first)
        spans = tuple(replace(span, score=_logistic(logit / 2)) for logit, span in found)
        return Reading(spans, self._answerable(looks))

    def sentence_logit(self, relevance: float, evidence: float, words: float) -> float:
        return evidence + self.calibration.relevance_share * relevance + self.calibration.words_share * words

    def alone_logit(self, look: Look) -> float:
        """The logit of a sentence that was read as a text by itself."""
        scored = zip(look.evidence, look.words, strict=True)
        return max((self.sentence_logit(look.relevance, e, w) for e, (_, w) in scored), default=-10.0)

    def support(self, claim: str, text: str) -> float | None:
        """How far `text` says what `claim` says, as a logit; None when this reader did not learn to tell."""
        return self.looks(claim, [text])[0].support

    def looks(
        self, question: str, texts: Sequence[str], titles: Sequence[str] | None = None, *, ordered: bool = False
    ) -> list[Look]:
        """The raw logits for each text. Recent ones are remembered: reranking and reading share one pass.

        Of many texts together, those that promise least are not read to the end (`Look.whole`); `ordered` texts
        promise less the later they stand."""
        if titles is not None and len(titles) != len(texts):
            raise ValueError(f"{len(texts)} texts but {len(titles)} titles")
        keys = [(question, text, title) for text, title in zip(texts, titles or [""] * len(texts), strict=True)]
        hurried = len(texts) > READ_TEXTS and sum(map(len, texts)) > _READ_CHARS
        with self._lock:
            missing = [
                key for key in dict.fromkeys(keys) if key not in self._seen or not (hurried or self._seen[key].whole)
            ]
            if missing:
                hurry = (_PRIOR if ordered else 0.0) if hurried else None
                looks = self._model.look(question, [k[1] for k in missing], [k[2] for k in missing], hurry)
                self._seen.update(zip(missing, looks, strict=True))
            found = [self._seen[key] for key in keys]
            while len(self._seen) > 512:
                self._seen.popitem(last=False)
        return found

    def _text_logit(self, look: Look) -> float:
        return text_logit(look, self.calibration.rank_evidence_share, self.calibration.rank_words_share)

    def _answerable(self, looks: Sequence[Look]) -> float:
        best = max((self._text_logit(look) for look in looks), default=-math.inf)
        if best == -math.inf:
            return 0.0
        return _logistic(self.calibration.answerable_scale * best + self.calibration.answerable_shift)


def mixed(logit: float, alone: float, share: float) -> float:
    """The weighted mean of a sentence's logit in its passage and by itself."""
    return (logit + share * alone) / (1 + share)


def placed(logit: float, place: int, cost: float) -> float:
    """A sentence's logit less what the place of its text costs, counted from 0, in the order that a search found.

    >>> placed(2.0, 0, 3.0), round(placed(2.0, 1, 3.0), 2)
    (2.0, -0.08)
    """
    return logit - cost * math.log(1 + place)


def _best_first(scored: tuple[float, AnswerSpan]) -> tuple[float, int, int]:
    logit, span = scored
    return -logit, span.passage, span.start


def likeness(question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """How like a question texts are, without reading them, shape (len(texts), 2): BM25, scaled so that the best of them
    has 1, and the cosine of the embeddings (0 for more text than can be embedded beside reading it)."""
    keyword = bm25(question, texts)
    short = sum(map(len, texts)) <= _SHORT_CHARS
    meaning = Embedder.open(PACKAGED_MODEL).similarity(question, texts) if short else np.zeros_like(keyword)
    return np.stack([keyword / max(float(keyword.max(initial=0.0)), 1e-6), meaning], axis=1)


def text_logit(look: Look, evidence_share: float, words_share: float) -> float:
    """How well a text answers, as a logit: its relevance with shares of its best sentence's evidence and words."""
    evidence = max(look.evidence, default=-10.0)
    words = max((x for _, x in look.words), default=-10.0)
    return look.relevance + evidence_share * evidence + words_share * words


@lru_cache(maxsize=4)
def _open(name: str) -> Reader:
    folder = WEIGHTS if name == "default" else Path(name)
    if (folder / "reader.safetensors").is_file():
        settings = json.loads((folder / "reader.json").read_text()) if (folder / "reader.json").is_file() else {}
        return Reader(name, OurModel(folder), Calibration(**settings.get("calibration", {})), ours=True)
    if name == "default":
        raise ReaderError(f"The reader's weights are missing from {WEIGHTS}: reinstall Newsdesk or run `make reader`.")
    try:
        from transformers import AutoConfig

        architectures = AutoConfig.from_pretrained(name).architectures or [""]
        if architectures[0].endswith("ForQuestionAnswering"):
            return Reader(name, QuestionAnsweringModel(name), _PLAIN)
        if architectures[0].endswith("ForSequenceClassification"):
            return Reader(name, CrossEncoderModel(name), _PLAIN)
    except (OSError, ValueError, ImportError) as error:
        raise ReaderError(f"Cannot load the reader {name!r}: {error}") from error
    raise ReaderError(
        f"{name!r} is a {architectures[0] or 'model of unknown kind'}; a reader is a question-answering model, "
        "a cross-encoder (sequence classification) or a folder written by `make reader`."
    )


def forget_opened() -> None:
    """Makes the next `Reader.open` load from disk again, after weights or calibration were written."""
    _open.cache_clear()


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -60 else 0.0

"""Question x texts -> which texts, sentences and words answer, and whether any does.

The default reader is a MiniLM encoder of twelve layers (Wang et al., 2020) with four heads, trained by
`evals/training/train_reader.py` on openly licensed questions: one logit a text (does it answer?), one a
sentence (is it the evidence?) and a start and an end logit a word piece (Devlin et al., 2019; a
text without the answer points at [CLS], as in SQuAD 2.0). Its card is `weights/MODEL_CARD.md`.

This is the only file that knows which kind of reader it holds: ours, a Hugging Face
question-answering model, or a cross-encoder.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from ..documents import Hit, Passage
from ..errors import ReaderError
from ..language.bm25 import bm25
from ..models.checksums import is_published, stated_checksum
from ..models.embedding import PACKAGED_MODEL, Embedder
from ..models.logistic import logistic
from .huggingface import CrossEncoderModel, QuestionAnsweringModel
from .ours import READ_TEXTS, OurModel
from .scores import NO_SCORE, READER_WEIGHT, AnswerSpan, Ranking, ReaderModel, Reading, TextScores

WEIGHTS = Path(__file__).parent / "weights"
PLACE_PENALTY = 0.3
"""How much less, in logits, the early score of a text counts for each place further down a ranked list
(docs/choices.md, "Reading many passages")."""
_SHORT_CHARS = 6000
"""Texts of no more characters than this, together, are compared with the question by their embeddings too."""
_READ_CHARS = 4000
"""Texts that have no more characters than this, together, are all read to the end."""
READ_AGAIN = 4
"""So many of the best sentences are read a second time, each by itself (docs/choices.md, "Reading the best sentences
twice")."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns logits into scores: fitted on development questions, stored beside the weights (`reader.json`).

    A sentence's logit is `evidence_share * evidence + relevance_share * relevance + words_share * words`; that of one read again is the
    mean of it and of its logit as a text by itself, which has the weight `alone_share`. Where a search put the texts in
    order, `place_cost * ln(place)` of logit is taken off before the sentences are compared. A text's logit is
    `relevance + rank_evidence_share * evidence + rank_words_share * words`, of its best sentence; answerable
    is the logistic function of `answerable_scale * logit + answerable_shift` of the best text. Where no search has
    weighed words and meaning, texts are ranked by `rank_keyword_share` of their BM25 and `rank_meaning_share` of the
    cosine of their embeddings too.
    """

    evidence_share: float = 1.0
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
    """Ranks texts and finds the answering sentences. Safe to share between threads; remembers nothing."""

    def __init__(self, name: str, model: ReaderModel, calibration: Calibration, *, ours: bool = False) -> None:
        self.name, self.calibration, self.ours = name, calibration, ours
        self._model = model
        self._lock = Lock()

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
        logits = np.array([self._text_logit(s) for s in self.scores(question, texts, titles, ordered=ordered)])
        if not ordered and len(texts) > 1:
            shares = self.calibration.rank_keyword_share, self.calibration.rank_meaning_share
            alike = likeness(question, texts) @ np.array(shares) if any(shares) else np.zeros(len(texts))
            logits += alike - alike.max()
        return np.array([logistic(x / 2) for x in logits], dtype=np.float32)

    def read(
        self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None, *, ordered: bool = False
    ) -> Reading:
        """Every sentence of `passages` with its score and its answering words, best first.

        A sentence is read in its passage, which says who "he" is; the best are read by themselves too, under their title
        alone, where nothing beside them distracts: both together choose better than either (docs/choices.md). `ordered`: a search put the
        passages in this order, best first; then the places of their passages count in the scores of the sentences."""
        given = titles if titles is not None else [""] * len(passages)
        scores = self.scores(question, passages, given, ordered=ordered)
        hits = [Hit(Passage("", text, 0, len(text), title), 0.0) for text, title in zip(passages, given, strict=True)]
        return self._reading(self._ranking(question, hits, scores), ordered=ordered)

    def ranking(self, question: str, hits: Sequence[Hit]) -> Ranking:
        """What the reader makes of hits, in the order that a search found them, which counts for what is read to the
        end. `Ranking.reordered` puts the best first."""
        texts, titles = [h.passage.text for h in hits], [h.passage.title for h in hits]
        return self._ranking(question, hits, self.scores(question, texts, titles, ordered=True))

    def rerank(self, question: str, hits: Sequence[Hit], weight: float = READER_WEIGHT) -> Ranking:
        """Hits in the order of a mix of the reader's relevance, which has this weight, and the score of the search."""
        return self.ranking(question, hits).reordered(weight)

    def with_texts(self, ranking: Ranking, hits: Sequence[Hit]) -> Ranking:
        """A ranking whose hits have parts of their texts left out since: only those are read again."""
        altered = [n for n, (a, b) in enumerate(zip(ranking.hits, hits, strict=True)) if a != b]
        if not altered:
            return ranking
        again = [hits[n].passage for n in altered]
        read = self.scores(ranking.question, [p.text for p in again], [p.title for p in again], ordered=True)
        scores = dict(enumerate(ranking.scores)) | dict(zip(altered, read, strict=True))
        return self._ranking(ranking.question, hits, [scores[n] for n in range(len(hits))])

    def reading(self, ranking: Ranking) -> Reading:
        """A ranking read to its sentences; their scores count the places of their passages in it."""
        return self._reading(ranking, ordered=True)

    def sentence_logit(self, relevance: float, evidence: float, words: float) -> float:
        shares = self.calibration
        return shares.evidence_share * evidence + shares.relevance_share * relevance + shares.words_share * words

    def alone_logit(self, scores: TextScores) -> float:
        """The logit of a sentence that was read as a text by itself."""
        each = zip(scores.evidence, scores.words, strict=True)
        return max((self.sentence_logit(scores.relevance, e, w) for e, (_, w) in each), default=NO_SCORE)

    def support(self, claim: str, text: str) -> float | None:
        """How far `text` says what `claim` says, as a logit; None when this reader did not learn to tell."""
        return self.scores(claim, [text])[0].support

    def scores(
        self, question: str, texts: Sequence[str], titles: Sequence[str] | None = None, *, ordered: bool = False
    ) -> list[TextScores]:
        """The raw logits for each text; a text that stands twice is read once.

        Of many texts together, those with the lowest early scores are not read to the end (`TextScores.whole`);
        the early scores of `ordered` texts count less the later they stand."""
        if titles is not None and len(titles) != len(texts):
            raise ValueError(f"{len(texts)} texts but {len(titles)} titles")
        given = list(zip(texts, titles if titles is not None else [""] * len(texts), strict=True))
        many = len(texts) > READ_TEXTS and sum(map(len, texts)) > _READ_CHARS
        penalty = (PLACE_PENALTY if ordered else 0.0) if many else None
        distinct = list(dict.fromkeys(given))
        if not distinct:
            return []
        with self._lock:  # one reading at a time: it uses every core as it is
            read = self._model.score(
                question, [text for text, _ in distinct], [title for _, title in distinct], penalty
            )
        scores = dict(zip(distinct, read, strict=True))
        return [scores[each] for each in given]

    def _ranking(self, question: str, hits: Sequence[Hit], scores: Sequence[TextScores]) -> Ranking:
        relevance = tuple(float(np.float32(logistic(self._text_logit(s) / 2))) for s in scores)
        return Ranking(question, tuple(hits), tuple(scores), relevance)

    def _reading(self, ranking: Ranking, *, ordered: bool) -> Reading:
        scored = [
            (self.sentence_logit(text.relevance, evidence, words), AnswerSpan(number, *sentence, *span, 0.0))
            for number, text in enumerate(ranking.scores)
            for sentence, evidence, (span, words) in zip(text.sentences, text.evidence, text.words, strict=True)
        ]
        scored.sort(key=_best_first)
        if self.calibration.alone_share and len(scored) > 1:
            best = [span for _, span in scored[:READ_AGAIN]]
            passages = [ranking.hits[span.passage].passage for span in best]
            texts = [p.text[span.start : span.end] for p, span in zip(passages, best, strict=True)]
            for n, alone in enumerate(self.scores(ranking.question, texts, [p.title for p in passages])):
                logit = mixed(scored[n][0], self.alone_logit(alone), self.calibration.alone_share)
                scored[n] = logit, best[n]
        if ordered:
            scored = [(placed(x, span.passage, self.calibration.place_cost), span) for x, span in scored]
        scored.sort(key=_best_first)
        spans = tuple(replace(span, score=logistic(logit / 2)) for logit, span in scored)
        return Reading(ranking, spans, self._answerable(ranking.scores), self.ours)

    def _text_logit(self, scores: TextScores) -> float:
        return text_logit(scores, self.calibration.rank_evidence_share, self.calibration.rank_words_share)

    def _answerable(self, scores: Sequence[TextScores]) -> float:
        if not scores:
            return 0.0
        best = max(self._text_logit(s) for s in scores)
        return logistic(self.calibration.answerable_scale * best + self.calibration.answerable_shift)


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


def text_logit(scores: TextScores, evidence_share: float, words_share: float) -> float:
    """How well a text answers, as a logit: its relevance with shares of its best sentence's evidence and words."""
    evidence = max(scores.evidence, default=NO_SCORE)
    words = max((x for _, x in scores.words), default=NO_SCORE)
    return scores.relevance + evidence_share * evidence + words_share * words


@lru_cache(maxsize=4)
def _open(name: str) -> Reader:
    folder = WEIGHTS if name == "default" else Path(name)
    if (folder / "reader.safetensors").is_file():
        weights = folder / "reader.safetensors"
        stated = stated_checksum(weights)
        if stated is not None and not is_published(weights, stated):
            raise ReaderError(f"{weights} is damaged (its SHA-256 is not the stated one): reinstall Newsdesk.")
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

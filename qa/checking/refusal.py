"""How likely the corpus answers a question: one score in 0..1, calibrated.

The reader alone is fooled by near misses ("How many prisoners did Ukraine and Poland swap?" over a
report on Ukraine and Russia). A logistic regression over how well its best sentence answers, over what of the
question the passage around it does not mention and over how near that sentence itself comes to the question's verbs and names
("Who won?" over a report of who may win) knows better. `python -m evals.training.calibrate` fits it, and writes
`refusal.json`, which also records what it was fitted on and what it reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

from index import Reading
from index.language.amounts import missing_amounts
from index.language.names import missing_names, names
from index.language.parsing import Word, parsed
from index.language.sentences import Span
from index.language.words import STOP_WORDS, WORD, plain
from index.models.embedding import PACKAGED_MODEL, Embedder
from index.models.logistic import Logistic, read_calibration

CALIBRATION = Path(__file__).parent / "weights" / "refusal.json"
FEATURES = (
    "best sentence",
    "least covered word",
    "telling words",
    "names missing",
    "numbers missing",
    "verbs said",
    "names said",
)
"""Few on purpose: more of the reader's logits and of shared words made it better on encyclopaedia questions by 0.002 of
AUROC and worse on a newsroom's by 0.05 (docs/choices.md, "Refusal")."""
_LONG = 12
"""A question of so many telling words, or more, is as long as can be."""
_SMALLEST = 1e-6
_BOUND = 8.0
"""Logits count up to this, either way: the regression was fitted with them so."""


@lru_cache(maxsize=1)
def calibration() -> tuple[Logistic, dict[str, Any]]:
    """The regression that comes with the package, and what is stored with it."""
    return read_calibration(CALIBRATION, FEATURES)


@lru_cache(maxsize=64)
def threshold(wrong_accepted: float) -> float:
    """The lowest score in 0..1 to answer from, so that at most this share of answers is to questions without one.

    Read off the risk-coverage curve (El-Yaniv and Wiener, 2010) of held-out questions that `evals/training/calibrate.py` stored,
    weighted so that one question in five has no answer in the corpus. 1 answers everything, 0 next to nothing.
    """
    if wrong_accepted >= 1:
        return 0.0
    lowest = 1.0
    for point in reversed(calibration()[1]["risk_coverage"]):
        if point["risk"] > wrong_accepted:
            break
        lowest = point["threshold"]
    return float(lowest)


def answerable(reading: Reading) -> float:
    """The probability that the hits which were read answer the question. A reader that is not ours, whose logits mean
    something else than what was calibrated, is believed as it is."""
    if not reading.ranking.hits:
        return 0.0
    return calibration()[0].probability(features(reading)) if reading.ours else reading.answerable


def features(reading: Reading) -> list[float]:
    """Values in the order of `FEATURES`; the logit is bounded so that it does not decide alone."""
    if not reading.spans:
        return [-_BOUND, *[0.0] * (len(FEATURES) - 1)]
    question, best = reading.ranking.question, reading.spans[0]
    passage = reading.ranking.hits[best.passage].passage
    evidence, named = f"{passage.searchable} {passage.published or ''}", names(question)
    odds = max(best.score, _SMALLEST) / max(1 - best.score, _SMALLEST)
    by_passage, by_sentence = nearness(question, [passage.searchable, passage.text[best.start : best.end]])
    return [
        max(-_BOUND, min(_BOUND, log(odds))),
        min(by_passage.values(), default=1.0),
        min(len(telling_words(question)), _LONG) / _LONG,
        len(missing_names(question, evidence)) / max(len(named), 1),
        float(bool(missing_amounts(question, evidence))),
        _mean(by_sentence, (w for w in parsed(question) if w.is_verb)),
        _mean(by_sentence, (w for w in parsed(question) if w.is_name)),
    ]


def nearness(question: str, texts: Sequence[str]) -> list[dict[Span, float]]:
    """For each text, how near it comes to each telling word of the question, by the word's place, as a cosine.

    A word of the question is as near as the nearest word piece of the text, both in their contexts (the "MaxSim" of
    ColBERT, Khattab and Zaharia, 2020, of which this takes each and not the sum). So "wounded" is near
    "injured", and a question about the law firm of a judge has a word that a report on the judge lacks. Always of the
    packaged embedding model, which the score was fitted with.
    """
    (places, asked), *encoded = Embedder.open(PACKAGED_MODEL).encode_pieces([question, *texts])
    near = []
    for _, held in encoded:
        nearest = (asked @ held.T).max(axis=1) if len(held) else [0.0] * len(asked)
        near.append({word: cosines for word in telling_words(question) if (cosines := _within(word, places, nearest))})
    return [{word: sum(cosines) / len(cosines) for word, cosines in of_text.items()} for of_text in near]


def _within(word: Span, places: Sequence[Span], values: Iterable[float]) -> list[float]:
    """The values of the word pieces of a word."""
    return [float(x) for x, (start, end) in zip(values, places, strict=True) if word[0] <= start and end <= word[1]]


def _mean(near: Mapping[Span, float], words: Iterable[Word]) -> float:
    """Over those telling words that are among `words`; 1 where there are none."""
    places = [(w.start, w.end) for w in words]
    held = [x for (start, end), x in near.items() if any(a < end and start < b for a, b in places)]
    return sum(held) / len(held) if held else 1.0


def telling_words(question: str) -> list[Span]:
    """The places of the words of a question that say what it is about. The more there are, the less near is the one that
    a passage covers least, by chance alone: which is why their number counts too."""
    return [m.span() for m in WORD.finditer(question) if plain(m[0]) not in STOP_WORDS]

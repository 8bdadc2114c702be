"""How likely the corpus answers a question: one score in 0..1, calibrated.

The reader alone is fooled by near misses ("How many prisoners did Ukraine and Poland swap?" over a
report on Ukraine and Russia). A logistic regression over its logits and over what of the question the
passages do not mention knows better. `python -m evals.calibrate` fits it on development questions
and writes `refusal.json`, which also records what it was fitted on and what it reached.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index import Hit, Reader

from .amounts import missing_amounts
from .facts import names
from .words import content_stems

FITTED = Path(__file__).parent / "refusal.json"
FEATURES = (
    "relevance", "relevance of the second", "evidence", "words", "question words in the passage",
    "question words in the sentence", "names missing", "numbers missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression over `FEATURES`."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, values: Sequence[float]) -> float:
        logit = self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The fitted one that comes with the package."""
    fitted = json.loads(FITTED.read_text(encoding="utf-8"))
    return Calibration(tuple(fitted["weights"][name] for name in FEATURES), fitted["bias"])


def answerable(question: str, hits: Sequence[Hit], reader: Reader) -> float:
    """The probability that `hits` answer the question. A reader that is not ours, whose logits mean something
    else than what was fitted, is asked for its own."""
    if not hits:
        return 0.0
    if not reader.ours:
        return reader.read(question, [h.passage.text for h in hits], [h.passage.title for h in hits]).answerable
    return calibration().probability(features(question, hits, reader))


def features(question: str, hits: Sequence[Hit], reader: Reader) -> list[float]:
    """Values in the order of `FEATURES`; logits are bounded so that no single one decides."""
    looks = reader.looks(question, [h.passage.text for h in hits], [h.passage.title for h in hits])
    relevance = [*sorted((look.relevance for look in looks), reverse=True), -8.0, -8.0]
    best = max(
        (
            (reader.sentence_logit(look.relevance, evidence, words), evidence, words, hit, span)
            for hit, look in zip(hits, looks, strict=True)
            for evidence, (_, words), span in zip(look.evidence, look.words, look.sentences, strict=True)
        ),
        key=lambda x: x[0],
        default=None,
    )
    if best is None:
        return [_bounded(relevance[0]), _bounded(relevance[1]), -8.0, -8.0, 0.0, 0.0, 1.0, 0.0]
    _, evidence, words, hit, span = best
    passage = hit.passage
    asked = content_stems(question)
    around = content_stems(passage.searchable)
    sentence = content_stems(passage.text[slice(*span)])
    named = {stem for name in names(question) for stem in content_stems(name)}
    return [
        _bounded(relevance[0]),
        _bounded(relevance[1]),
        _bounded(evidence),
        _bounded(words),
        len(asked & around) / max(len(asked), 1),
        len(asked & sentence) / max(len(asked), 1),
        len(named - around) / max(len(named), 1),
        float(bool(missing_amounts(question, f"{passage.searchable} {passage.published or ''}"))),
    ]


def _bounded(logit: float) -> float:
    return max(-8.0, min(8.0, logit))

"""Is a sentence supported by the text it cites? Without a language model, in a few milliseconds.

Facts that can be checked one by one are: every number, date, name and quotation of the sentence must
stand in the text, nothing may be denied or turned round, and who speaks must be who spoke. The rest is a
probability from the words both share and from the reader's support head, which learned from
statements and their one-fact-off twins (`evals/training/claims.py`). `python -m evals.training.fit_verification` fits
it, `python -m evals.support` measures it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from index import Reader
from index.language.amounts import missing_amounts
from index.language.moments import missing_moments
from index.language.names import missing_names
from index.language.quotations import false_quotations, missing_addresses
from index.language.roles import swapped
from index.language.sentences import sentences
from index.language.speakers import other_speaker
from index.language.stances import reversals
from index.language.words import content_stems, support
from index.models.logistic import Logistic, read_calibration

from ..answers import Verdict as Label

CALIBRATION = Path(__file__).parent / "weights" / "verification.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` in 0..1, the higher the better supported; `reason` in words, for the reader of the answer."""

    label: Label
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """What was found out about a sentence: `wrong` contradicts the text, `missing` is not in it."""

    wrong: tuple[str, ...]
    missing: tuple[str, ...]
    values: tuple[float, ...]


def verify(sentence: str, spans: Sequence[str], *, reader: Reader | Literal["default"] | None = "default") -> Verdict:
    """Checks `sentence` against the texts `spans`, which may be a cited span and what stands around it.

    With `reader` None only words and facts decide. Raises ReaderError when the default reader is missing.

    >>> verify("Shares rose 6.1 percent.", ["Norrvind shares fell 6.1 percent."]).label
    'not_found'
    """
    if not sentence.strip() or not any(s.strip() for s in spans):
        return Verdict("not_found", 0.0, "there is nothing to check it against")
    checked = check(sentence, spans, Reader.open() if reader == "default" else reader)
    return judged(checked, calibration())


CONTRADICTED_AT_MOST = 0.2
"""The most that a sentence scores (in 0..1) which the text contradicts; set by hand."""
MISSING_AT_MOST = 0.45
"""The same for a sentence with something in it that the text does not have."""
_NEAR = 3
"""Sentences of the text that the reader's support head looks at together."""
FEATURES = (
    "share of words", "share of words in one sentence", "numbers missing", "dates missing", "names missing",
    "words missing", "quotations missing", "contradicted", "reader",
)  # fmt: skip


def check(sentence: str, spans: Sequence[str], reader: Reader | None) -> Check:
    """The facts of a sentence one by one, and the values of `FEATURES`."""
    text = "\n".join(spans)
    near = _nearest(sentence, spans)
    best = near[0][1] if near else text
    missing_numbers, missing_dates = missing_amounts(sentence, text), missing_moments(sentence, text)
    unknown, misquoted = missing_names(sentence, text), false_quotations(sentence, [text])
    wrong = tuple(reversals(sentence, best))
    if speaker := other_speaker(sentence, best):
        wrong += (f"the source gives these words to {speaker}",)
    if pair := swapped(sentence, best):
        wrong += (f"“{pair[0]}” and “{pair[1]}” have changed places",)
    missing = tuple(
        f"{what} {', '.join(f'“{x}”' for x in lacking)} {'are' if len(lacking) > 1 else 'is'} not in the source"
        for what, lacking in (
            ("the number", missing_numbers),
            ("the date", missing_dates),
            ("the name", unknown),
            ("the quotation", misquoted),
            ("the address", missing_addresses(sentence, text)),
        )
        if lacking
    )
    wanted = content_stems(sentence)
    read = None
    if reader is not None and not wrong and not missing:  # else the verdict is known without it
        order = {s: n for n, s in enumerate(s for s, _ in _sentences(spans))}
        kept = sorted(near[:_NEAR], key=lambda n: order[n[2]])
        read = reader.support(sentence, " ".join(t for _, t, _ in kept))
    share = support(sentence, text)
    values = (
        share,
        near[0][0] if near else 0.0,
        min(len(missing_numbers), 2) / 2,
        min(len(missing_dates), 2) / 2,
        min(len(unknown), 3) / 3,
        min(len(wanted - content_stems(text)), 6) / 6,
        float(bool(misquoted)),
        float(bool(wrong)),
        max(-6.0, min(6.0, read)) / 6 if read is not None else 0.0,
    )
    return Check(wrong, missing, values)


def _sentences(spans: Sequence[str]) -> list[tuple[tuple[int, int, int], str]]:
    """Every sentence of the spans with its place."""
    return [((n, *place), span[slice(*place)]) for n, span in enumerate(spans) for place in sentences(span)]


def _nearest(sentence: str, spans: Sequence[str]) -> list[tuple[float, str, tuple[int, int, int]]]:
    """The sentences of the spans by the share of the words of `sentence` that they have, best first."""
    scored = [(support(sentence, text), text, place) for place, text in _sentences(spans)]
    return sorted(scored, key=lambda s: (-s[0], s[2]))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The regression over `FEATURES`, and from which probability on a sentence counts as supported or partly."""

    model: Logistic
    supported_from: float
    partly_from: float


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The one that comes with the package."""
    model, facts = read_calibration(CALIBRATION, FEATURES)
    return Calibration(model, facts["supported_from"], facts["partly_from"])


def judged(checked: Check, calibration: Calibration) -> Verdict:
    """What contradicts the text is not found in it; what is not in it is partly found at most."""
    score = calibration.model.probability(checked.values)
    if checked.wrong:
        return Verdict("not_found", min(score, CONTRADICTED_AT_MOST), _said(checked.wrong))
    if checked.missing:
        hard = any(not m.startswith("the name") for m in checked.missing)
        label: Label = "not_found" if hard or score < calibration.partly_from else "partly"
        return Verdict(label, min(score, MISSING_AT_MOST), _said(checked.missing))
    if score >= calibration.supported_from:
        return Verdict("supported", score, "its words, names and numbers are in the source")
    if score >= calibration.partly_from:
        return Verdict("partly", score, "the source says something near, in other words")
    return Verdict("not_found", score, "the source does not say this")


def _said(problems: Sequence[str]) -> str:
    return "; ".join(problems[:3])

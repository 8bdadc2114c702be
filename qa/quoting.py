"""Answers with no language model: the one to three sentences of the corpus that answer, verbatim.

With a reader, its scores choose the sentences and say whether to answer at all. Without one, sentence
embeddings and shared words do both, less well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit, Reader
from index.embedding import Embedder
from index.sentences import sentences

from .answers import Citation, Sentence
from .citations import citation
from .pronouns import resolved
from .refusal import answerable
from .words import content_stems

MAX_SENTENCES = 3
KEEP_FROM = 0.07
"""A further sentence is quoted when its score is at least this share of the best one's (in odds)."""
_ENDED = re.compile(r"[.!?…][\"'”’)]*$")
_TELLING = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Quotes:
    """Sentences most direct first, each with its one citation; empty when there is nothing to quote."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    answerable: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence of a hit. Offsets count characters of the document; `score` is in 0..1."""

    hit: Hit
    start: int
    end: int
    score: float
    highlight: tuple[int, int] | None

    @property
    def text(self) -> str:
        offset = self.hit.passage.start
        return self.hit.passage.text[self.start - offset : self.end - offset]


def quote(question: str, hits: Sequence[Hit], reader: Reader | None, embedder: Embedder) -> Quotes:
    """The sentences of `hits` that answer. `answerable` in 0..1 is for the caller to decide on."""
    if not hits:
        return Quotes((), (), 0.0)
    candidates, likely = _read(question, hits, reader) if reader is not None else _compare(question, hits, embedder)
    chosen = _chosen(candidates)
    return Quotes(
        tuple(Sentence(_shown(c), (n,)) for n, c in enumerate(chosen, 1)),
        tuple(citation(n, c.hit, c.start, c.end, c.score, c.highlight) for n, c in enumerate(chosen, 1)),
        likely,
    )


def _read(question: str, hits: Sequence[Hit], reader: Reader) -> tuple[list[_Candidate], float]:
    reading = reader.read(question, [h.passage.text for h in hits], [h.passage.title for h in hits])
    found = []
    for span in reading.spans:
        hit = hits[span.passage]
        offset = hit.passage.start
        found.append(
            _Candidate(
                hit,
                span.start + offset,
                span.end + offset,
                span.score,
                (span.answer_start + offset, span.answer_end + offset),
            )
        )
    return found, answerable(question, hits, reader)


def _compare(question: str, hits: Sequence[Hit], embedder: Embedder) -> tuple[list[_Candidate], float]:
    """Cosine similarity of question and sentence, and the share of the question's words it has."""
    places = [
        (hit, start + hit.passage.start, end + hit.passage.start, hit.passage.text[start:end])
        for hit in hits
        for start, end in sentences(hit.passage.text)
    ]
    vectors = embedder.encode([text for *_, text in places])
    asked = embedder.encode([question])[0]
    wanted = content_stems(question)
    found = []
    for (hit, start, end, text), vector in zip(places, vectors, strict=True):
        shared = len(wanted & content_stems(text)) / len(wanted) if wanted else 0.0
        found.append(_Candidate(hit, start, end, 0.6 * max(float(vector @ asked), 0.0) + 0.4 * shared, None))
    found.sort(key=lambda c: -c.score)
    best = found[0].score if found else 0.0
    # Midpoint and slope were read off the development questions, where 0.55 separates best.
    return found, 1 / (1 + math.exp(-14 * (best - 0.55)))


def _chosen(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The best sentence, and up to two more that are nearly as good and say something else."""
    chosen: list[_Candidate] = []
    for candidate in candidates:
        if _says_nothing(candidate.text):
            continue
        if chosen and _odds(candidate.score) < KEEP_FROM * _odds(chosen[0].score):
            break
        if not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
        if len(chosen) == MAX_SENTENCES:
            break
    return chosen


def _shown(candidate: _Candidate) -> str:
    """The sentence on one line, its opening pronoun resolved when the sentence before leaves no doubt."""
    text, offset = candidate.hit.passage.text, candidate.hit.passage.start
    before = [(a, b) for a, b in sentences(text) if b <= candidate.start - offset]
    same_paragraph = before and "\n" not in text[before[-1][1] : candidate.start - offset]
    return resolved(" ".join(candidate.text.split()), text[slice(*before[-1])] if same_paragraph else "")


def _says_nothing(text: str) -> bool:
    """Headings, lone names, dates and credits answer nothing by themselves."""
    words = len(_TELLING.findall(text))
    return words < 2 or (words < 5 and not _ENDED.search(text))


def _odds(score: float) -> float:
    return score / max(1 - score, 1e-6)


def _repeats(one: _Candidate, other: _Candidate) -> bool:
    """Whether two sentences say the same in nearly the same words (live pages and syndicated copies repeat)."""
    a, b = content_stems(one.text), content_stems(other.text)
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= 0.85

"""The sentences of the hits that may be quoted, best first: scored by a reader, or without one by embeddings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit, Reading
from index.language.pronouns import resolved
from index.language.sentences import sentences
from index.language.statements import no_statement
from index.language.words import content_stems
from index.models.embedding import Embedder
from index.models.logistic import logistic

COSINE_SHARE = 0.6
"""Without a reader: the share of the cosine in a sentence's score, the rest being that of the question's words it has."""
MIDPOINT, SLOPE = 0.55, 14.0
"""The score of the best sentence at which an answer is as likely as not, and the steepness there; read off the
development questions, where this midpoint separates best."""
SAME_FROM = 0.85
"""Two sentences say the same when they share this much of the shorter one's content words; set by hand."""
_ENDED = re.compile(r"[.!?…][\"'”’)]*$")
_TELLING = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Candidate:
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

    @property
    def words(self) -> str:
        """The answering words, or the whole sentence."""
        start, end = self.highlight or (self.start, self.end)
        offset = self.hit.passage.start
        return " ".join(self.hit.passage.text[start - offset : end - offset].split())

    @property
    def odds(self) -> float:
        return self.score / max(1 - self.score, 1e-6)

    @property
    def shown(self) -> str:
        """The sentence on one line, its opening pronoun resolved when the sentence before leaves no doubt."""
        text, offset = self.hit.passage.text, self.hit.passage.start
        before = [(a, b) for a, b in sentences(text) if b <= self.start - offset]
        same_paragraph = before and "\n" not in text[before[-1][1] : self.start - offset]
        return resolved(" ".join(self.text.split()), text[slice(*before[-1])] if same_paragraph else "")

    @property
    def says_nothing(self) -> bool:
        """Headings, lone names, dates, credits, questions and orders answer nothing by themselves."""
        if no_statement(self.text):
            return True
        words = len(_TELLING.findall(self.text))
        return words < 2 or (words < 5 and not self.is_whole)

    @property
    def is_whole(self) -> bool:
        """Whether it ends as a sentence does; headings and lines of lists do not."""
        return bool(_ENDED.search(self.text))

    def repeats(self, other: Candidate) -> bool:
        """Whether both say the same in nearly the same words (live pages and syndicated copies repeat)."""
        a, b = content_stems(self.text), content_stems(other.text)
        return bool(a and b) and len(a & b) / min(len(a), len(b)) >= SAME_FROM


def read(reading: Reading) -> list[Candidate]:
    """As the reader scored them."""
    candidates = []
    for span in reading.spans:
        hit = reading.ranking.hits[span.passage]
        offset = hit.passage.start
        highlight = (span.answer_start + offset, span.answer_end + offset)
        candidates.append(Candidate(hit, span.start + offset, span.end + offset, span.score, highlight))
    return candidates


def compared(question: str, hits: Sequence[Hit], embedder: Embedder) -> tuple[list[Candidate], float]:
    """By cosine similarity of question and sentence, and the share of the question's words it has; and the probability
    in 0..1 that the hits answer."""
    places = [
        (hit, start + hit.passage.start, end + hit.passage.start, hit.passage.text[start:end])
        for hit in hits
        for start, end in sentences(hit.passage.text)
    ]
    vectors = embedder.encode([text for *_, text in places])
    asked = embedder.encode([question])[0]
    wanted = content_stems(question)
    candidates = []
    for (hit, start, end, text), vector in zip(places, vectors, strict=True):
        shared = len(wanted & content_stems(text)) / len(wanted) if wanted else 0.0
        score = COSINE_SHARE * max(float(vector @ asked), 0.0) + (1 - COSINE_SHARE) * shared
        candidates.append(Candidate(hit, start, end, score, None))
    candidates.sort(key=lambda c: -c.score)
    best = candidates[0].score if candidates else 0.0
    return candidates, logistic(SLOPE * (best - MIDPOINT))

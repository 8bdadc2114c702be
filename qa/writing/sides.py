"""What stands beside the sentences that answer: other values, later posts, corrections, and texts made to be found.

Each step takes the chosen sentences with the sides of what the sources disagree about, and gives both back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from index.language.amounts import amounts
from index.language.moments import moments
from index.language.speakers import speakers
from index.language.times import as_of
from index.language.words import content_stems

from ..answers import Claim, Conflict, ConflictKind
from ..checking.conflicts import (
    ECHO_ODDS,
    SCORE_BESIDE_ECHOES,
    WORDS_BESIDE_ECHOES,
    Statement,
    conflict,
    disagreements,
    instant,
)
from ..checking.corrections import concerns, notes, replaces
from ..checking.echoes import VOICES, echoing
from .candidates import Candidate

MAX_SENTENCES = 3
CONSIDERED = 40
"""Sentences, best first, among which the other side of a disagreement is looked for."""
CORRECTION = "Correction"


@dataclass(frozen=True, slots=True)
class Sides:
    """Sentences to quote, in their order, and which of them differ, with the kind of disagreement."""

    sentences: tuple[Candidate, ...] = ()
    differing: tuple[tuple[ConflictKind, tuple[Candidate, ...]], ...] = ()

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        numbers = {(c.hit.passage.id, c.start): n for n, c in enumerate(self.sentences, 1)}
        return tuple(
            conflict(kind, [_claim(c, numbers[c.hit.passage.id, c.start], whole=kind != "values") for c in members])
            for kind, members in self.differing
        )

    def first(self, sentences: Sequence[Candidate], kind: ConflictKind) -> Sides:
        """With `sentences`, which differ, before the others."""
        others = [c for c in self.sentences if c not in sentences]
        together = (*sentences, *others)[: max(MAX_SENTENCES, len(self.sentences), len(sentences))]
        return Sides(together, (*self.differing, (kind, tuple(sentences))))


@dataclass(frozen=True, slots=True)
class Voices:
    """The candidates that are listened to, and those of texts that repeat the question. Where nothing else speaks of the
    matter, those are what is listened to, `unconfirmed`."""

    heard: tuple[Candidate, ...]
    echoed: tuple[Candidate, ...] = ()
    unconfirmed: bool = False

    @staticmethod
    def of(question: str, candidates: Sequence[Candidate]) -> Voices:
        """One text that repeats a question may be a page of questions and answers; several are made to be found."""
        echoes = echoing(question, {c.hit.passage.id: c.hit for c in candidates[:CONSIDERED]}.values())
        if len(echoes) < VOICES:
            return Voices(tuple(candidates))
        echoed = tuple(c for c in candidates if c.hit.passage.document_id in echoes)
        others = tuple(c for c in candidates if c.hit.passage.document_id not in echoes)
        asked = content_stems(question)
        for other in (c for c in others[:CONSIDERED] if not c.says_nothing):
            shared = len(asked & content_stems(f"{other.text} {other.hit.passage.searchable}"))
            if other.score >= SCORE_BESIDE_ECHOES or shared >= WORDS_BESIDE_ECHOES * len(asked):
                return Voices((other, *(c for c in others if c is not other)), echoed)
        return Voices(tuple(candidates), echoed, unconfirmed=True)

    def beside(self, chosen: Sides) -> Sides:
        """The chosen sentences with the best of those that repeat the question, marked, where it says something else."""
        if not self.echoed or not chosen.sentences:
            return chosen
        if self.unconfirmed:
            return Sides(chosen.sentences, (*chosen.differing, ("unconfirmed", chosen.sentences[:1])))
        least = ECHO_ODDS * self.echoed[0].odds
        told = [content_stems(c.text) for c in self.heard[:CONSIDERED]]
        for other in (c for c in self.echoed if c.odds >= least and not c.says_nothing):
            if not any(content_stems(other.text) <= words for words in told):
                return chosen.first([chosen.sentences[0], other], "accounts")
        return chosen


def with_disagreement(question: str, candidates: Sequence[Candidate], chosen: Sides) -> Sides:
    """With every side of what the sources disagree about; of posts of one live page the latest first."""
    if not chosen.sentences or chosen.sentences[0].highlight is None:
        return chosen
    considered = [c for c in candidates[:CONSIDERED] if not c.says_nothing]
    echoes = echoing(question, (c.hit for c in considered))
    statements = [
        Statement(
            n,
            c.hit.passage.document_id,
            c.text,
            c.words,
            c.hit.passage.searchable,
            c.score,
            c.hit.passage.document_id in echoes,
            c.hit.passage.written,
        )
        for n, c in enumerate(considered)
    ]
    for kind, members in disagreements(question, statements):
        chosen = chosen.first(_last_post_first([considered[s.number] for s in members]), kind)
    return chosen


def with_correction(question: str, candidates: Sequence[Candidate], chosen: Sides) -> Sides:
    """With the note that corrects what is asked for, where one was found: first where it gives another value than the best
    sentence, behind the others where their own document corrects itself."""
    note = _correcting(question, candidates)
    if note is None or not chosen.sentences:
        return chosen
    best = chosen.sentences[0]
    others = tuple(
        c
        for c in chosen.sentences
        if not (c.hit.passage.id == note.hit.passage.id and note.start <= c.start < note.end)
    )
    if others and replaces(note.text, others[0].words):
        return Sides(others).first([note, others[0]], "correction")
    if len(others) < len(chosen.sentences) or note.hit.passage.document_id == best.hit.passage.document_id:
        kept = {(c.hit.passage.id, c.start) for c in others[: MAX_SENTENCES - 1]}
        differing = tuple(d for d in chosen.differing if all((c.hit.passage.id, c.start) in kept for c in d[1]))
        return Sides((*others[: MAX_SENTENCES - 1], note), differing)
    return chosen


def newest_first(chosen: Sides) -> Sides:
    """The sentences that give an amount or a date, newest first, before the others: of a figure that changes the last
    counts, and the earlier ones are its history. Its day is the one that the sentence says ("as of Monday"), else that of
    its document, or its post of a live page."""

    def place(candidate: Candidate) -> tuple[bool, int, float]:
        written = candidate.hit.passage.written
        if written is None or not (amounts(candidate.words) or moments(candidate.words)):
            return True, 0, 0.0
        day = as_of(candidate.text, written.date()) or written.date()
        return False, -day.toordinal(), -instant(written).timestamp()

    return Sides(tuple(sorted(chosen.sentences, key=place)), chosen.differing)


def of_one_page(members: Sequence[Candidate]) -> bool:
    """Whether all stand in timed posts of one live page, of which the later corrects the earlier."""
    passages = [c.hit.passage for c in members]
    return len({p.document_id for p in passages}) == 1 and all(p.posted for p in passages)


def label(candidate: Candidate, beside: Sequence[Candidate]) -> str:
    """What stands before a quoted sentence: that it is a correction; the time of day of its post ("14:10"), where sentences
    of several posts of the page are quoted."""
    if notes(candidate.text):
        return CORRECTION
    p = candidate.hit.passage
    posts = {c.hit.passage.posted for c in beside if c.hit.passage.document_id == p.document_id}
    return f"{p.posted:%H:%M}" if p.posted is not None and len(posts) > 1 else ""


def _last_post_first(members: list[Candidate]) -> list[Candidate]:
    if not of_one_page(members):
        return members
    return sorted(members, key=lambda c: c.hit.passage.posted or datetime.min, reverse=True)


def _correcting(question: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The first note that concerns the question in the passages that were read."""
    for hit in {c.hit.passage.id: c.hit for c in candidates}.values():
        for start, end in notes(hit.passage.text):
            if concerns(hit.passage.text[start:end], question):
                offset = hit.passage.start
                score = max(c.score for c in candidates if c.hit.passage.id == hit.passage.id)
                return Candidate(hit, start + offset, end + offset, score, None)
    return None


def _claim(candidate: Candidate, number: int, *, whole: bool) -> Claim:
    p = candidate.hit.passage
    # "The captain of the Saint Orla, Jory Penhale, said": whose ship it is does not speak.
    said = sorted(
        speakers(candidate.text),
        key=lambda n: bool(re.search(rf"\bof (?:the )?(?:[a-z]+ )?{re.escape(n)}\b", candidate.text)),
    )
    words = f"“{' '.join(candidate.text.split())}”" if whole else candidate.words
    return Claim(number, said[0] if said else "", p.title or p.document_id, p.written, words)

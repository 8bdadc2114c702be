"""Answers with no language model: the one to three sentences of the corpus that answer, verbatim.

With a reader, its scores choose the sentences and say whether to answer at all. Without one, sentence
embeddings and shared words do both, less well.
"""

from __future__ import annotations

from collections.abc import Sequence

from index import Hit, Reading
from index.language.attribution import attributed
from index.language.statements import is_colophon
from index.language.words import content_stems
from index.models.embedding import Embedder

from ..answers import Citation, Sentence
from ..asking.speech import speech_asked
from ..checking.citations import citation
from ..checking.conflicts import asked_for
from ..checking.premises import denied_by
from ..checking.refusal import answerable
from .candidates import Candidate, compared, read
from .draft import Draft
from .lists import asks_for_several, gathered
from .sides import (
    CONSIDERED,
    MAX_SENTENCES,
    Sides,
    Voices,
    label,
    newest_first,
    of_one_page,
    with_correction,
    with_disagreement,
)

KEEP_FROM = 0.015
"""A further sentence is quoted when its score is at least this share of the best one's (in odds), and so much…"""
NEW_WORDS = 0.3
"""…of its content words stands neither in the question nor in what is quoted before it. Both chosen on a newsroom's
development questions (docs/choices.md, "Quoting")."""
NOT_SO = "Not so"
PREMISE_DENIED = "The question takes for granted what is denied here."


def quote(reading: Reading, *, latest: bool = False) -> Draft:
    """The sentences that answer, most direct first, each with its one citation. `answerable` is for the caller to
    decide on. With `latest` the newest of several amounts or dates comes first."""
    return _quoted(reading.ranking.question, read(reading), answerable(reading), latest=latest)


def quote_denial(reading: Reading) -> Draft | None:
    """The sentences that deny what the question takes for granted, one of a document, where there are any and none says
    that it is so."""
    candidates = [c for c in read(reading)[:CONSIDERED] if not c.says_nothing]
    denying = denied_by(reading.ranking.question, [(c.text, c.hit.passage.searchable) for c in candidates])
    if not denying:
        return None
    first_of = {candidates[n].hit.passage.document_id: candidates[n] for n in reversed(denying)}
    chosen = sorted(first_of.values(), key=candidates.index)[:MAX_SENTENCES]
    return Draft(
        sentences=tuple(Sentence(c.shown, (n,), label=NOT_SO if n == 1 else "") for n, c in enumerate(chosen, 1)),
        citations=_citations(chosen),
        answerable=answerable(reading),
        notes=(PREMISE_DENIED,),
        verbatim=True,
        denies=True,
    )


def quote_without_reader(question: str, hits: Sequence[Hit], embedder: Embedder) -> Draft:
    """The same by embeddings and shared words."""
    return _quoted(question, *compared(question, hits, embedder)) if hits else Draft(verbatim=True)


def _quoted(question: str, candidates: Sequence[Candidate], likely: float, *, latest: bool = False) -> Draft:
    voices = Voices.of(question, candidates)
    items = gathered(voices.heard) if asks_for_several(question) else []
    if len(items) > 1:
        chosen = Sides(tuple(items))
    else:
        chosen = with_disagreement(question, voices.heard, Sides(tuple(_chosen(question, voices.heard))))
    chosen = voices.beside(chosen)
    if speech_asked(question).words:
        chosen = Sides(tuple(_with_who_speaks(chosen.sentences)), chosen.differing)
    chosen = with_correction(question, voices.heard, chosen)
    if (latest or of_one_page(chosen.sentences)) and asked_for(question) in ("amount", "time"):
        chosen = newest_first(chosen)
    return Draft(
        sentences=tuple(
            Sentence(c.shown, (n,), label=label(c, chosen.sentences)) for n, c in enumerate(chosen.sentences, 1)
        ),
        citations=_citations(chosen.sentences),
        answerable=likely,
        conflicts=chosen.conflicts,
        verbatim=True,
    )


def _chosen(question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence, and up to two more that are not much worse, are no headings and say something else."""
    chosen: list[Candidate] = []
    told = set(content_stems(question))
    for candidate in candidates:
        if candidate.says_nothing:
            continue
        if chosen and candidate.odds < KEEP_FROM * chosen[0].odds:
            break
        words = content_stems(candidate.text)
        new = len(words - told) >= NEW_WORDS * len(words) and candidate.is_whole and not is_colophon(candidate.text)
        if not chosen or (new and not any(candidate.repeats(other) for other in chosen)):
            chosen.append(candidate)
            told |= words
        if len(chosen) == MAX_SENTENCES:
            break
    return chosen


def _with_who_speaks(chosen: Sequence[Candidate]) -> Sequence[Candidate]:
    """With the sentence that names the speaker after the first one, where that does not ("…", she said)."""
    if not chosen:
        return chosen
    first, *others = chosen
    passage = first.hit.passage
    said = next((a for a in attributed(passage.text) if a.start + passage.start == first.start), None)
    if said is None or not said.by or said.named == (said.start, said.end):
        return chosen
    start, end = said.named[0] + passage.start, said.named[1] + passage.start
    naming = Candidate(first.hit, start, end, first.score, None)
    return [first, naming, *(c for c in others if (c.hit.passage.document_id, c.start) != (passage.document_id, start))]


def _citations(chosen: Sequence[Candidate]) -> tuple[Citation, ...]:
    return tuple(citation(n, c.hit, c.start, c.end, c.score, c.highlight) for n, c in enumerate(chosen, 1))

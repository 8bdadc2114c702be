"""Answers with no language model: the one to three sentences of the corpus that answer, verbatim.

With a reader, its scores choose the sentences and say whether to answer at all. Without one, sentence
embeddings and shared words do both, less well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index import Hit, Reader
from index.language.amounts import Amount, moments
from index.language.facts import DATELINE, names, no_statement, speakers
from index.language.pronouns import resolved
from index.language.sentences import sentences
from index.language.words import content_stems
from index.models.embedding import Embedder

from ..answers import Citation, Claim, Conflict, Sentence
from ..asking.compound import Compound, amount_of, computed, day_of, reckoned
from ..checking.citations import citation
from ..checking.conflicts import Statement, conflict, disagreements
from ..checking.refusal import answerable

MAX_SENTENCES = 3
KEEP_FROM = 0.015
"""A further sentence is quoted when its score is at least this share of the best one's (in odds)."""
CONSIDERED = 40
"""Sentences, best first, among which the other side of a disagreement is looked for."""
_ENDED = re.compile(r"[.!?…][\"'”’)]*$")
_AHEAD = re.compile(r"\b(?:will|would|due|until|expected)\b")
_TELLING = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Quotes:
    """Sentences most direct first, each with its one citation; empty when there is nothing to quote."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    answerable: float
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[str, ...] = ()


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

    @property
    def words(self) -> str:
        """The answering words, or the whole sentence."""
        start, end = self.highlight or (self.start, self.end)
        offset = self.hit.passage.start
        return " ".join(self.hit.passage.text[start - offset : end - offset].split())


def quote(question: str, hits: Sequence[Hit], reader: Reader | None, embedder: Embedder) -> Quotes:
    """The sentences of `hits` that answer. `answerable` in 0..1 is for the caller to decide on."""
    if not hits:
        return Quotes((), (), 0.0)
    candidates, likely = _read(question, hits, reader) if reader is not None else _compare(question, hits, embedder)
    chosen, differing = _both_sides(question, candidates, _chosen(candidates))
    citations = tuple(citation(n, c.hit, c.start, c.end, c.score, c.highlight) for n, c in enumerate(chosen, 1))
    return Quotes(
        tuple(Sentence(_shown(c), (n,)) for n, c in enumerate(chosen, 1)),
        citations,
        likely,
        tuple(
            conflict(kind, [_claim(c, chosen.index(c) + 1, differing_words=kind == "values") for c in members])
            for kind, members in differing
        ),
    )


RECKON_FROM = 0.7
"""What a sentence must score before its date or amount is reckoned with: a wrong sum is worse than none."""
PART_SENTENCES = 2
"""Sentences quoted for each part of a question."""
AMOUNT_FROM = 0.2
"""The same for an amount that stands beside the very name it is wanted for."""
TOLD_FROM = 0.03
"""The same for a sentence with all the words of an event and one day in it."""
ABOUT_EVENT = 0.6
"""Share of an event's words that a sentence with its title must have to tell of it."""


def quote_parts(
    compound: Compound, hits: Sequence[Sequence[Hit]], reader: Reader, embedder: Embedder, refuse_below: float
) -> Quotes | None:
    """Each part answered by its own hits, and what follows from the answers.

    Where nothing can be reckoned, the parts are quoted and the question itself is what is missing. None when no
    part is answered."""
    if compound.kind != "each" and (found := _reckoned(compound, hits, reader)):
        return found
    answered = [quote(part, found, reader, embedder) for part, found in zip(compound.parts, hits, strict=True)]
    known = [q for q in answered if q.sentences and q.answerable >= refuse_below]
    if not known:
        return None
    together = Quotes((), (), max(q.answerable for q in known))
    for part in known:
        few = len({c.citation for k in part.conflicts for c in k.claims}) or PART_SENTENCES
        together = _appended(together, replace(part, sentences=part.sentences[:few], citations=part.citations[:few]))
    missing = tuple(p for p, q in zip(compound.parts, answered, strict=True) if q not in known)
    if compound.kind != "each":
        missing = (*missing, compound.question)
    return replace(together, missing=missing)


def _reckoned(compound: Compound, hits: Sequence[Sequence[Hit]], reader: Reader) -> Quotes | None:
    """The two sentences that hold the dates or amounts, and the sentence that code makes of them."""
    dated = compound.kind in ("first", "span")
    chosen: list[_Candidate] = []
    values: list[tuple[date, bool] | Amount] = []
    for part, event, found in zip(compound.parts, compound.names, hits, strict=True):
        for candidate in _read(part, found, reader)[0][:12]:
            value: tuple[date, bool] | Amount | None
            value = _day(event, candidate) if dated else _amount(event, candidate)
            if value is not None and value not in values:
                chosen.append(candidate)
                values.append(value)
                break
    if len(values) < 2:
        return None
    if dated:
        text: str | None = reckoned(compound, [v for v in values if isinstance(v, tuple)])
    else:
        text = computed(compound, [v for v in values if isinstance(v, Amount)])
    if text is None:
        return None
    together = Quotes((), (), min(1.0, max(c.score for c in chosen)))
    for c in chosen:
        cited = citation(1, c.hit, c.start, c.end, c.score, c.highlight)
        together = _appended(together, Quotes((Sentence(_shown(c), (1,)),), (cited,), c.score))
    numbers = tuple(c.number for c in together.citations)
    conclusion = Sentence(text, numbers, reason="computed from what these sources say", computed=True)
    return replace(together, sentences=(*together.sentences, conclusion))


def _day(event: str, candidate: _Candidate) -> tuple[date, bool] | None:
    """The day of an event: the one the reader marks, or that of a report that tells of just this."""
    p, said = candidate.hit.passage, DATELINE.sub("", candidate.text)
    wanted, held = content_stems(event), content_stems(said)
    if not wanted or len(wanted & held) < ABOUT_EVENT * len(wanted) or _AHEAD.search(said):
        return None
    inside = [m for m in moments(said) if m.kind in ("day", "weekday")]
    if wanted <= held and len(inside) == 1 and candidate.score >= TOLD_FROM:
        return day_of("", said, p.published)
    marked = day_of(candidate.words, "", p.published)
    if marked and marked[1] and candidate.score >= RECKON_FROM:
        return marked
    # A sentence without any time that has all the words of the event is news on the day it appears.
    told = len(wanted) > 1 and wanted <= held and not moments(said)
    return day_of("", "", p.published) if told else None


def _amount(name: str, candidate: _Candidate) -> Amount | None:
    """The amount that stands with a name: between it and the next, or the answering words of a sure sentence."""
    said = DATELINE.sub("", candidate.text)
    if not content_stems(name) <= content_stems(said) or candidate.score < AMOUNT_FROM:
        return None
    at = said.find(name)
    if at >= 0 and name[:1].isupper():
        rest = said[at + len(name) :]
        following = min((rest.find(n) for n in names(rest)), default=len(rest))
        if amount := amount_of("", rest[:following]):
            return amount
    return amount_of(candidate.words, "") if candidate.score >= RECKON_FROM else None


def _appended(one: Quotes, two: Quotes) -> Quotes:
    """Both, the second's citations numbered on; a sentence that both quote stands once."""
    known = {(c.document_id, c.start, c.end): c.number for c in one.citations}
    numbers, citations, said = {}, list(one.citations), list(one.sentences)
    for cited, sentence in zip(two.citations, two.sentences, strict=True):
        key = (cited.document_id, cited.start, cited.end)
        if key not in known:
            known[key] = len(citations) + 1
            citations.append(replace(cited, number=known[key]))
            said.append(replace(sentence, citations=(known[key],)))
        numbers[cited.number] = known[key]
    renumbered = tuple(
        conflict(k.kind, [replace(c, citation=numbers[c.citation]) for c in k.claims]) for k in two.conflicts
    )
    return replace(one, sentences=tuple(said), citations=tuple(citations), conflicts=(*one.conflicts, *renumbered))


def _both_sides(
    question: str, candidates: Sequence[_Candidate], chosen: list[_Candidate]
) -> tuple[list[_Candidate], list[tuple[str, list[_Candidate]]]]:
    """The chosen sentences with every side of what the sources disagree about, and the sides."""
    if not chosen or chosen[0].highlight is None:
        return chosen, []
    considered = [c for c in candidates[:CONSIDERED] if not _says_nothing(c.text)]
    statements = [
        Statement(n, c.hit.passage.document_id, c.text, c.words, c.hit.passage.searchable, c.score)
        for n, c in enumerate(considered)
    ]
    differing = [
        (kind, [considered[s.number] for s in members]) for kind, members in disagreements(question, statements)
    ]
    sides = [c for _, members in differing for c in members]
    return [*sides, *(c for c in chosen if c not in sides)][: max(MAX_SENTENCES, len(sides))], differing


def with_both_sides(
    sentences_: tuple[Sentence, ...], citations: tuple[Citation, ...], quotes: Quotes
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...], tuple[Conflict, ...]]:
    """A written answer with what was reckoned, and with the sides of a disagreement that it leaves out, quoted."""
    said, cited = list(sentences_), list(citations)
    numbers: dict[int, int] = {}
    for sentence in (s for s in quotes.sentences if s.computed):
        own = []
        for number in sentence.citations:
            own.append(_cited_again(cited, quotes.citations[number - 1]))
        said.append(replace(sentence, citations=tuple(own)))
    for claim in (c for conflict_ in quotes.conflicts for c in conflict_.claims):
        before = len(cited)
        numbers[claim.citation] = _cited_again(cited, quotes.citations[claim.citation - 1])
        if len(cited) > before:
            text = f"“{quotes.sentences[claim.citation - 1].text}”"
            said.append(Sentence(text, (len(cited),), reason="quoted word for word: another source says otherwise"))
    conflicts = tuple(
        conflict(k.kind, [replace(c, citation=numbers[c.citation]) for c in k.claims]) for k in quotes.conflicts
    )
    return tuple(said), tuple(cited), conflicts


def _cited_again(cited: list[Citation], wanted: Citation) -> int:
    """The number of the citation that overlaps `wanted`, which is added when there is none."""
    for c in cited:
        if c.document_id == wanted.document_id and c.start < wanted.end and wanted.start < c.end:
            return c.number
    cited.append(replace(wanted, number=len(cited) + 1))
    return len(cited)


def _claim(candidate: _Candidate, number: int, *, differing_words: bool) -> Claim:
    p = candidate.hit.passage
    # "The captain of the Saint Orla, Jory Penhale, said": whose ship it is does not speak.
    said = sorted(
        speakers(candidate.text),
        key=lambda n: bool(re.search(rf"\bof (?:the )?(?:[a-z]+ )?{re.escape(n)}\b", candidate.text)),
    )
    words = candidate.words if differing_words else f"“{' '.join(candidate.text.split())}”"
    return Claim(number, said[0] if said else "", p.title or p.document_id, p.published, words)


def _read(question: str, hits: Sequence[Hit], reader: Reader) -> tuple[list[_Candidate], float]:
    texts, titles = [h.passage.text for h in hits], [h.passage.title for h in hits]
    reading = reader.read(question, texts, titles, ordered=True)
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
    """Headings, lone names, dates, credits, questions and orders answer nothing by themselves."""
    if no_statement(text):
        return True
    words = len(_TELLING.findall(text))
    return words < 2 or (words < 5 and not _ENDED.search(text))


def _odds(score: float) -> float:
    return score / max(1 - score, 1e-6)


def _repeats(one: _Candidate, other: _Candidate) -> bool:
    """Whether two sentences say the same in nearly the same words (live pages and syndicated copies repeat)."""
    a, b = content_stems(one.text), content_stems(other.text)
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= 0.85

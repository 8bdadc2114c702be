"""Sentences that say what they cite, and the passages -> sentences with verdicts and citations of exact spans.

Nothing a model writes is taken on trust: numbers outside the list are dropped, every sentence is verified
against the passages it cites or, failing that, against the others, what none supports gets no citation and
is struck, a quotation that is in no passage loses its quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit, Reader
from index.language.quotations import false_quotations
from index.language.sentences import Span, sentences
from index.language.statements import no_statement
from index.language.words import support

from ..answers import Citation, Sentence
from .verdicts import Verdict, verify

MIN_SHARED = 0.2
"""Share of a sentence's words that a passage must have to be cited for it. This and the three below were set by hand;
tests/qa/test_small_models.py holds what they do to replies of small models."""
MISQUOTED_AT_MOST = 0.5
"""The most that a sentence with a false quotation scores, in 0..1."""
BOTH_NEEDED_FROM = 0.25
"""Two neighbouring sentences are cited together when they share so much more of the words than the better one alone."""
OTHERS_TRIED = 2
"""Passages, those that share most words, that are tried when the cited ones do not support a sentence."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its marks, and the numbers of the passages that it cites."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """Sentences with their verdicts and citations, and notes for the user."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...]


def cite(said: Sequence[Marked], hits: Sequence[Hit], reader: Reader | None = None) -> Cited:
    """Checks sentences against the passages `hits`, which they cite as numbers 1 to len(hits).

    Sentences that no passage supports are kept without citations and with the verdict "not_found"."""
    notes: list[str] = []
    kept: list[Sentence] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    for marked in said:
        valid = [n for n in marked.numbers if 1 <= n <= len(hits)]
        if invalid := [n for n in marked.numbers if n not in valid]:
            notes.append(f"Removed {_listed(invalid)}: the model was shown {len(hits)} passages.")
        text = marked.text
        if no_statement(text):
            kept.append(Sentence(text, (), "not_found", "it asks or orders instead of stating", 0.0))
            continue
        misquoted = false_quotations(text, (h.passage.text for h in hits))
        for quoted in misquoted:
            text = re.sub(rf'["“]({re.escape(quoted)})["”]', r"\1", text)
        verdict, places = _supporting(text, valid, hits, reader)
        if misquoted and verdict.label != "not_found":
            false = f"not a quotation from the source: {', '.join(f'“{q}”' for q in misquoted)}"
            verdict = Verdict("partly", min(verdict.score, MISQUOTED_AT_MOST), false)
        own: list[int] = []
        for hit, (start, end), score in places:
            key = (hit.passage.document_id, start, end)
            if key not in citations:
                citations[key] = citation(len(citations) + 1, hit, start, end, score)
            own.append(citations[key].number)
        kept.append(Sentence(text, tuple(dict.fromkeys(own)), verdict.label, verdict.reason, verdict.score))
    return Cited(tuple(kept), tuple(citations.values()), tuple(dict.fromkeys(notes)))


def citation(number: int, hit: Hit, start: int, end: int, score: float, highlight: Span | None = None) -> Citation:
    """A citation of the characters `start:end` of a passage's document (`highlight` likewise)."""
    p = hit.passage
    return Citation(
        number=number,
        document_id=p.document_id,
        title=p.title,
        source=p.source,
        published=p.published,
        quote=p.text[start - p.start : end - p.start],
        start=start,
        end=end,
        score=score,
        highlight=highlight,
        locator=p.locator,
    )


def _listed(numbers_: Sequence[int]) -> str:
    return ", ".join(f"[{n}]" for n in numbers_)


def _supporting(
    said: str, marked: Sequence[int], hits: Sequence[Hit], reader: Reader | None
) -> tuple[Verdict, list[tuple[Hit, Span, float]]]:
    """The verdict on a sentence and the spans that support it: of the passages it cites, else of the best
    others."""
    cited = [(hits[n - 1], *_narrowed(said, hits[n - 1])) for n in marked]
    verdict = _judged(said, [c for c in cited if c[2] >= MIN_SHARED], reader)
    if verdict.label != "supported":
        others = sorted(((h, *_narrowed(said, h)) for h in hits), key=lambda c: -c[2])[:OTHERS_TRIED]
        for other in others:
            if [other] == cited:
                continue  # judged already
            again = _judged(said, [other], reader) if other[2] >= MIN_SHARED else NOT_FOUND
            if _ORDER[again.label] > _ORDER[verdict.label]:
                verdict, cited = again, [other]
    if verdict.label == "not_found":
        return verdict, []
    return verdict, [c for c in cited if c[2] >= MIN_SHARED]


NOT_FOUND = Verdict("not_found", 0.0, "the source does not say this")
_ORDER = {"not_found": 0, "partly": 1, "supported": 2}


def _judged(said: str, places: Sequence[tuple[Hit, Span, float]], reader: Reader | None) -> Verdict:
    """Against the cited spans and what stands around them: their passages, with title and day."""
    if not places:
        return NOT_FOUND
    passages = [h.passage for h, _, _ in places]
    days = [f"{p.title}. {p.published:%A, %-d %B %Y}." if p.published else f"{p.title}." for p in passages]
    return verify(said, [*(p.text for p in passages), *days], reader=reader)


def _narrowed(said: str, hit: Hit) -> tuple[Span, float]:
    """The sentence of the passage that best supports `said`, with its neighbour when both are needed."""
    text, offset = hit.passage.text, hit.passage.start
    spans = sentences(text) or [(0, len(text))]
    scored = [(support(said, text[slice(*s)]), s) for s in spans]
    best, span = max(scored, key=lambda x: x[0])
    for one, two in zip(spans, spans[1:], strict=False):
        if span in (one, two):
            both = support(said, text[one[0] : two[1]])
            if both >= best + BOTH_NEEDED_FROM:
                best, span = both, (one[0], two[1])
    return (span[0] + offset, span[1] + offset), best

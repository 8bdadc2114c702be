"""A course of events, told by the documents in the order of their days: from each the sentence that opens its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index import Document, Filters, Hit, Passage, Retriever
from index.language.names import names
from index.language.sentences import sentences
from index.language.statements import no_statement
from index.language.words import content_stems

from ..answers import Sentence
from ..asking.overview import OverviewQuestion
from ..checking.citations import citation
from ..checking.planted import without_instructions
from .candidates import SAME_FROM
from .draft import Draft

TOLD = 10
"""Sentences that a course of events is told in at most."""
SEARCHED = 40
"""Passages of which the documents are those that speak of the matter most."""
ENOUGH = 3
"""Documents from which a course of events can be told."""
LEADS = 3
"""Sentences of one document at most; more than one only where few documents speak of the matter."""
OPENING_CHARS = 1500
"""Characters of a document in which its report opens: news tells what matters most first."""
_LEAD_WORDS = 8
"""Words that a sentence has to have to open a report; a shorter one is a headline or a place."""


def told_in_order(
    asked: OverviewQuestion, retriever: Retriever, filters: Filters
) -> tuple[tuple[Hit, ...], Draft] | None:
    """The documents that speak of it, oldest first, as hits and as an answer; None where none does."""
    filters = filters.within(asked.since, asked.until)
    openings = _speaking_of(asked.topic, retriever, filters)
    ranked = list(openings)
    if asked.topic:
        found = retriever.search(asked.topic, k=SEARCHED, rerank=False, filters=filters)
        ranked = [i for i in dict.fromkeys(h.passage.document_id for h in found) if i in openings]
    newest = max(ranked, key=lambda i: str(openings[i].published or ""), default="")
    opened: dict[str, Passage] = {}  # only those that are told from: a document is read whole
    told: list[tuple[Passage, int, int]] = []
    for nth in range(LEADS):
        for document_id in dict.fromkeys([newest, *ranked] if ranked else []):
            if len(told) == TOLD:
                break
            if document_id not in opened:
                opened[document_id] = _opening(retriever.document(document_id), openings[document_id])
            passage = without_instructions(Hit(opened[document_id], 1.0)).passage
            own = leads(passage)
            if nth < len(own) and not _repeats(passage.text[slice(*own[nth])], told):
                told.append((passage, *own[nth]))
        if len(told) > TOLD // 2:
            break
    if not told:
        return None
    told.sort(key=lambda t: (t[0].published is None, str(t[0].published or ""), t[0].document_id, t[1]))
    quoted, citations = [], []
    for number, (p, start, end) in enumerate(told, 1):
        day = p.published.date().isoformat() if p.published else ""
        quoted.append(Sentence(" ".join(p.text[start:end].split()), (number,), label=day))
        citations.append(citation(number, Hit(p, 1.0), p.start + start, p.start + end, 1.0))
    hits = tuple(Hit(opened[i], 1.0) for i in dict.fromkeys(p.document_id for p, *_ in told))
    return hits, Draft(tuple(quoted), tuple(citations), answerable=1.0, verbatim=True)


def _speaking_of(topic: str, retriever: Retriever, filters: Filters) -> dict[str, Passage]:
    """The openings, by document id, of the documents that speak of all of a topic; where these are few, also of those
    that speak of what it names first."""
    found: dict[str, Passage] = {}
    for words in (topic, *names(topic)[:1]):
        if len(found) < ENOUGH:
            listing = retriever.listing(filters, words, limit=SEARCHED)
            found |= {document.id: passage for document, passage in listing.documents}
    return found


def _opening(document: Document, first: Passage) -> Passage:
    """The beginning of a document, longer than its first passage."""
    text = document.text[:OPENING_CHARS]
    return replace(first, text=text, start=0, end=len(text))


def leads(passage: Passage) -> list[tuple[int, int]]:
    """The first sentences of a passage that say something, after the headline."""
    found = []
    for start, end in sentences(passage.text):
        text = passage.text[start:end]
        told = len(text.split()) >= _LEAD_WORDS and text.rstrip("”\"’' ")[-1:] in (".", "!", "?")
        if told and not no_statement(text) and text.rstrip(". ") not in passage.title:
            found.append((start, end))
    return found[:LEADS]


def _repeats(text: str, told: Sequence[tuple[Passage, int, int]]) -> bool:
    """Whether nearly all the words are those of one that was told: a copy, not a later state of affairs."""
    stems = content_stems(text)
    others = [content_stems(passage.text[start:end]) for passage, start, end in told]
    return any(len(stems & other) >= SAME_FROM * len(stems | other) for other in others)

"""Answers put together: of the parts of a question, and a model's words with the sides that they leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index import Reading

from ..answers import Sentence
from ..asking.compound import Compound
from ..checking.premises import premise
from ..findings import Findings
from .draft import Draft, appended, cited_again, renumbered
from .quoting import quote, quote_denial, quote_without_reader
from .reckoning import reckon

PART_SENTENCES = 2
"""Sentences quoted for each part of a question."""


def quoted(findings: Findings, refuse_below: float) -> Draft:
    """What denies what the question takes for granted; else its parts quoted, where it has parts that can be answered, else
    the whole."""
    # Asked first, since the whole of a question with parts is read for this alone.
    if premise(findings.query) and findings.reading is not None and (denial := quote_denial(findings.reading)):
        return denial
    if findings.compound is None or findings.reader is None:
        return _whole(findings)
    of_parts = quote_parts(findings.compound, findings.parts, refuse_below)
    if of_parts is None:
        return _whole(findings)
    if findings.compound.question in of_parts.missing and (whole := _whole(findings)).answerable >= refuse_below:
        return whole
    return of_parts


def _whole(findings: Findings) -> Draft:
    if findings.reading is None:
        return quote_without_reader(findings.query, findings.readable, findings.embedder)
    return quote(findings.reading, latest=findings.when.kind == "latest")


def quote_parts(compound: Compound, readings: Sequence[Reading], refuse_below: float) -> Draft | None:
    """Each part answered by its own reading, and what follows from the answers.

    Where nothing can be reckoned, the parts are quoted and the question itself is what is missing. None when no
    part is answered."""
    if compound.kind != "each" and (conclusion := reckon(compound, readings)):
        return conclusion
    drafts = [quote(reading) for reading in readings]
    known = [d for d in drafts if d.sentences and d.answerable >= refuse_below]
    if not known:
        return None
    together = Draft(answerable=max(d.answerable for d in known), verbatim=True)
    for part in known:
        few = len({c.citation for k in part.conflicts for c in k.claims}) or PART_SENTENCES
        together = appended(together, replace(part, sentences=part.sentences[:few], citations=part.citations[:few]))
    missing = tuple(p for p, d in zip(compound.parts, drafts, strict=True) if d not in known)
    if compound.kind != "each":
        missing = (*missing, compound.question)
    return replace(together, missing=missing)


def with_sides(written: Draft, quotes: Draft) -> Draft:
    """A written answer with what was reckoned, and with the sides of a disagreement that it leaves out, quoted."""
    sentences, citations = list(written.sentences), list(written.citations)
    for sentence in (s for s in quotes.sentences if s.computed):
        own = tuple(cited_again(citations, quotes.citations[number - 1]) for number in sentence.citations)
        sentences.append(replace(sentence, citations=own))
    numbers: dict[int, int] = {}
    for claim in (c for conflict in quotes.conflicts for c in conflict.claims):
        before = len(citations)
        numbers[claim.citation] = cited_again(citations, quotes.citations[claim.citation - 1])
        if len(citations) > before:
            text = f"“{quotes.sentences[claim.citation - 1].text}”"
            reason = "quoted word for word: another source says otherwise"
            sentences.append(Sentence(text, (len(citations),), reason=reason))
    return replace(
        written,
        sentences=tuple(sentences),
        citations=tuple(citations),
        conflicts=renumbered(quotes.conflicts, numbers),
    )

"""A short document, a case about it, and answers to that: what the tests of the metrics share."""

from __future__ import annotations

from dataclasses import replace

from evals.cases import Case, Evidence
from index import Hit, Passage
from qa import Answer, Citation

TEXT = "It rained. They met in Geneva. It was 1,200 km away."
CASE = Case("1", "c", "test", "fact", "Where?", ("Geneva",), (Evidence("d", 23, 29),))
UNANSWERABLE = replace(CASE, answers=(), evidence=())


def cited(start: int, end: int, quote: str | None = None, document: str = "d") -> Citation:
    return Citation(1, document, "", "", None, TEXT[start:end] if quote is None else quote, start, end, 1.0)


def hit(start: int, end: int) -> Hit:
    return Hit(Passage("d", TEXT[start:end], start, end), 1.0)


def answer(
    text: str = "They met in Geneva. [1]", *citations: Citation, hits: tuple[Hit, ...] = (), abstained: bool = False
) -> Answer:
    return Answer("Where?", "Where?", text, abstained, "quote", citations=citations, hits=hits, timings_ms={"total": 5})

"""The conversation, the sources and reports as HTML, built from escaped text alone.

Nothing in a document or in a model's reply is ever executed, rendered as markup, or turned into a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from index import Document, SyncReport

from ..answers import Answer, Citation, Conflict, ConflictKind, Sentence
from ..checking.planted import UNSEEN, planted

CONTEXT_CHARS = 700
"""How much of a document is shown on each side of a cited span."""


@dataclass(slots=True)
class Exchange:
    """One question with what became of it, as the page shows it."""

    question: str
    searched_for: str = ""
    doing: str = "Searching…"
    pieces: str = ""
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False

    @property
    def over(self) -> bool:
        return self.answer is not None or bool(self.error) or self.stopped


def conversation_html(exchanges: Sequence[Exchange]) -> str:
    """The whole conversation. Everything that comes from people, documents or models is escaped."""
    shown = "".join(map(_exchange_html, enumerate(exchanges))) or EMPTY
    return f'<div class="conversation" aria-live="polite">{shown}</div>'


def _exchange_html(numbered: tuple[int, Exchange]) -> str:
    turn, exchange = numbered
    parts = [f'<div class="question"><span class="who">You</span>{escape(exchange.question)}</div>']
    if exchange.searched_for and exchange.searched_for != exchange.question:
        parts.append(f'<div class="searched">searched for “{escape(exchange.searched_for)}”</div>')
    answer = exchange.answer
    if answer is not None and answer.asked.period:
        parts.append(f'<div class="counted">time that counts: {escape(answer.asked.period)}</div>')
    if answer is not None and answer.abstained:
        parts.append(f'<div class="answer abstained">{escape(answer.text)}{_nearest_html(answer)}</div>')
    elif answer is not None:
        quoted = answer.answerer == "quote"
        sentences = "".join(_sentence_html(turn, s, answer.citations, quoted) for s in answer.sentences)
        parts.append(
            f'<div class="answer{" quoted" if quoted else ""}">{sentences}</div>'
            f"{''.join(_missing_html(part) for part in answer.missing)}"
            f"{''.join(_conflict_html(turn, c, answer.citations) for c in answer.conflicts)}"
            f"{_sources_html(turn, answer.citations)}"
        )
    elif exchange.pieces:
        parts.append(f'<div class="answer unchecked">{escape(exchange.pieces)}</div>')
    if answer is not None:
        parts += [f'<div class="note">{escape(note)}</div>' for note in answer.notes]
        parts.append(
            f'<div class="by">{escape(answer.answerer)} · {answer.timings_ms.get("total", 0) / 1000:.1f} s</div>'
        )
    if answer is not None and answer.incomplete:
        parts.append('<div class="incomplete">This answer is incomplete.</div>')
    if exchange.error:
        parts.append(f'<div class="problem" role="alert"><b>Error</b> {escape(exchange.error)}</div>')
    elif exchange.stopped and answer is None:
        parts.append('<div class="incomplete">Stopped. What was written is incomplete and not checked.</div>')
    elif not exchange.over:
        parts.append(f'<div class="doing">{escape(exchange.doing)}</div>')
    return f'<section class="exchange">{"".join(parts)}</section>'


def _sentence_html(turn: int, sentence: Sentence, citations: Sequence[Citation], quoted: bool) -> str:
    chips = "".join(_chip_html(turn, c) for c in citations if c.number in sentence.citations)
    if quoted and sentence.computed:
        return f"<p>{_verdict_html(sentence)}{chips}</p>"
    if not quoted:
        return f"{_verdict_html(sentence)}{chips} " if sentence.citations else f"{_verdict_html(sentence)} "
    cited = next((c for c in citations if c.number in sentence.citations), None)
    day = f"<b>{escape(sentence.label)}</b> " if sentence.label else ""
    return f"<blockquote>{day}“{_with_words_marked(cited) if cited else escape(sentence.text)}” {chips}</blockquote>"


def _chip_html(turn: int, citation: Citation) -> str:
    label = escape(_label(citation))
    return (
        f'<button type="button" class="chip" data-turn="{turn}" data-number="{citation.number}" title="{label}" '
        f'aria-label="Source {citation.number}: {label}">{citation.number}</button>'
    )


def _missing_html(part: str) -> str:
    return f'<div class="missing"><b>The corpus does not say:</b> {escape(part)}</div>'


CONFLICTS: dict[ConflictKind, str] = {
    "values": "The sources give different answers",
    "accounts": "The sources contradict each other",
    "over time": "Reports differ over time, newest first",
    "correction": "Corrected, the correction first",
    "unconfirmed": "Said by texts alone that repeat the question word for word",
}


def _conflict_html(turn: int, conflict: Conflict, citations: Sequence[Citation]) -> str:
    """Each claim with who makes it, where and when, side by side."""
    by_number = {c.number: c for c in citations}
    cards = "".join(
        f'<div class="claim"><b>{escape(claim.words)}</b> {_chip_html(turn, by_number[claim.citation])}'
        f"<div>{escape(', '.join(x for x in (claim.speaker, _label(by_number[claim.citation])) if x))}</div></div>"
        for claim in conflict.claims
    )
    return (
        f'<div class="conflict" role="group" aria-label="{CONFLICTS[conflict.kind]}"><div class="head">'
        f"{CONFLICTS[conflict.kind]}</div>{cards}</div>"
    )


VERDICTS = {"supported": "✓ supported", "partly": "≈ partly", "not_found": "✗ not found"}


def _verdict_html(sentence: Sentence) -> str:
    """A sentence with its badge; the reason stands beside it unless all is well, and is always its description."""
    verdict, reason = sentence.verdict, escape(sentence.reason)
    said = f"<s>{escape(sentence.text)}</s>" if verdict == "not_found" else f"<span>{escape(sentence.text)}</span>"
    shown = "" if verdict == "supported" else f" <small>{reason}</small>"
    badge = "= computed" if sentence.computed else VERDICTS[verdict]
    label = f"{badge}: {reason}"
    return (
        f'{said} <span class="badge {verdict}" role="note" title="{reason}" aria-label="{label}">{badge}</span>{shown}'
    )


def _with_words_marked(citation: Citation) -> str:
    """The quote with its answering words in bold."""
    if citation.highlight is None:
        return escape(citation.quote)
    start, end = (x - citation.start for x in citation.highlight)
    quote = citation.quote
    return f"{escape(quote[:start])}<b>{escape(quote[start:end])}</b>{escape(quote[end:])}"


def _label(citation: Citation) -> str:
    day = citation.published.strftime("%-d %B %Y") if citation.published else ""
    return ", ".join(x for x in (citation.title or citation.document_id, day, citation.locator) if x)


def _sources_html(turn: int, citations: Sequence[Citation]) -> str:
    rows = "".join(
        f'<li><button type="button" class="source" data-turn="{turn}" data-number="{c.number}">'
        f'<span class="number">{c.number}</span> {escape(_label(c))}</button></li>'
        for c in citations
    )
    return f'<ol class="sources">{rows}</ol>' if rows else ""


def _nearest_html(answer: Answer) -> str:
    if not answer.hits:
        return ""
    rows = "".join(
        f"<li>{escape(h.passage.title or h.passage.document_id)}: {escape(' '.join(h.passage.text.split())[:140])}…</li>"
        for h in answer.hits[:3]
    )
    return f"<details><summary>Nearest passages, which do not seem to answer</summary><ul>{rows}</ul></details>"


def source_html(document: Document, citation: Citation) -> str:
    """The cited span, marked, in the text around it."""
    text, start, end = document.text, citation.start, citation.end
    begin, stop = max(0, start - CONTEXT_CHARS), min(len(text), end + CONTEXT_CHARS)
    facts = [
        document.published.strftime("%-d %B %Y") if document.published else "no date",
        document.author,
        document.source,
    ]
    before, after = _marked_html(text[begin:start]), _marked_html(text[end:stop])
    kinds = dict.fromkeys(p.kind for p in planted(text))
    warning = f"This document {'; it '.join(kinds)}. Newsdesk does not follow or quote that." if kinds else ""
    warned = f'<div class="warning" role="note">{escape(warning)}</div>' if warning else ""
    return (
        f'<article class="document"><h3>{escape(document.title or document.id)}</h3>'
        f'<div class="facts">{escape(" · ".join(f for f in facts if f))}</div>'
        f'{warned}<div class="text">{"… " if begin else ""}{before}<mark id="cited">{_with_words_marked(citation)}</mark>'
        f"{after}{' …' if stop < len(text) else ''}</div>"
        f'<div class="facts">{escape(document.id)}, characters {start} to {end}</div></article>'
    )


def _marked_html(text: str) -> str:
    """The text, with what speaks to a machine instead of a reader marked and every unseen character shown as a dot."""
    parts, last = [], 0
    for p in planted(text):
        parts += [escape(text[last : p.start]), f'<span class="planted" title="{escape(p.kind)}">']
        parts += [escape(UNSEEN.sub("·", text[p.start : p.end])), "</span>"]
        last = p.end
    return "".join([*parts, escape(text[last:])])


EMPTY = (
    '<div class="empty">Ask a question about the documents. Every sentence of an answer leads to the place it '
    "comes from; what the documents do not say is not answered.</div>"
)
NO_SOURCE = '<div class="hint">Choose a number in an answer to see the source, with the cited words marked.</div>'


def report_html(report: SyncReport) -> str:
    """What an upload changed, failures with their reasons."""
    counts = ", ".join(f"{len(getattr(report, k))} {k}" for k in ("added", "updated", "unchanged", "failed"))
    failures = "".join(f"<li><b>{escape(f.source)}</b>: {escape(f.reason)}</li>" for f in report.failed)
    problem = f'<ul class="problem" role="alert">{failures}</ul>' if failures else ""
    return f'<div class="report">{escape(counts)}{problem}</div>'

"""The web chat: Gradio only, events in, page out. `python app.py` or `newsdesk chat`.

The conversation and the source panel are HTML that is built here from escaped text alone, so nothing
in a document or in a model's reply is ever executed, rendered as markup, or turned into a link.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape
from itertools import zip_longest
from pathlib import Path
from threading import RLock, Thread
from typing import Any

# Before the import: Gradio reads this once.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr

from index import CorpusError, Document, Retriever, SyncReport, UnknownDocument, sync
from index.readers import READERS
from qa import (
    Answer,
    Answerer,
    AnswerError,
    Citation,
    Conflict,
    Finished,
    Found,
    LLMError,
    Piece,
    SearchingFor,
    Sentence,
    Settings,
    Turn,
)
from qa.llm import choose_model, ollama_status
from qa.planted import UNSEEN, planted

QUOTING = "Quotes only (no model)"
AUTOMATIC = "Automatic"
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


@dataclass(slots=True)
class Desk:
    """The index and what answers, opened once and shared by every visitor of the page."""

    settings: Settings
    _retriever: Retriever | None = None
    _lock: RLock = field(default_factory=RLock)

    def retriever(self) -> Retriever:
        """Raises CorpusError."""
        with self._lock:
            if self._retriever is None:
                self._retriever = Retriever.open(self.settings.index)
            return self._retriever

    def answerer(self, choice: str) -> Answerer:
        """Raises CorpusError for the index and LLMError for a model that was chosen and cannot be had."""
        if choice == QUOTING:
            settings = replace(self.settings, answerer="quote")
        elif choice == AUTOMATIC:
            settings = self.settings
        else:
            settings = replace(self.settings, answerer="ollama", model=choice)
        model, why = choose_model(settings)
        return Answerer(self.retriever(), model, settings=settings, why=why)

    def choices(self) -> list[str]:
        return [AUTOMATIC, QUOTING, *ollama_status(self.settings).chat_models]

    def corpus_line(self) -> str:
        """What the corpus holds, in one line of HTML."""
        try:
            facts = self.retriever().facts()
        except CorpusError as error:
            return f'<div class="problem" role="alert">{escape(str(error))}</div>'
        if not facts.documents:
            return '<div class="corpus">The corpus is empty. Add documents to begin.</div>'
        dates = f", {_day(facts.earliest)} to {_day(facts.latest)}" if facts.earliest else ""
        if facts.earliest == facts.latest:
            dates = f", {_day(facts.latest)}" if facts.latest else ""
        many = "s" if facts.documents != 1 else ""
        return f'<div class="corpus"><b>{facts.documents}</b> document{many}{escape(dates)}</div>'

    def why_line(self, choice: str) -> str:
        """Which answerer is in use and why."""
        try:
            answerer = self.answerer(choice)
        except (CorpusError, AnswerError) as error:
            return f'<div class="problem" role="alert">{escape(str(error))}</div>'
        return f'<div class="why" data-answerer="{escape(answerer.name)}">{escape(answerer.why)}</div>'

    def examples(self, wanted: int = 4) -> list[str]:
        """Questions that this corpus answers: about people it quotes, and about its headlines."""
        try:
            answerer = Answerer(self.retriever(), None, settings=self.settings)
            documents = self.retriever().documents(60)
        except CorpusError:
            return []
        found: list[str] = []
        for question in _questions_from(documents):
            if len(found) == wanted:
                break
            if question not in found and not answerer.answer(question).abstained:
                found.append(question)
        return found

    def add(self, files: Sequence[str], progress: Any) -> SyncReport:
        """Keeps uploaded files beside the index and indexes them. Raises CorpusError."""
        kept = self.settings.index.parent / f"{self.settings.index.name}-uploads"
        kept.mkdir(parents=True, exist_ok=True)
        targets = []
        for file in files:
            target = kept / Path(file).name
            shutil.copyfile(file, target)
            targets.append(target)
        return sync(targets, self.settings.index, progress=progress)


_SPEAKER = re.compile(
    r"\b([A-Z][\w'-]+(?: (?:von|der|de|van|[A-Z][\w'-]+))* [A-Z][\w'-]+)(?:,[^,.]{3,60},)? (?:said|told|wrote|called)\b"
)
_NAMED = re.compile(r"(?<=[a-z,] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")

_COUNTED = re.compile(r"\b\d[\d,]* ([a-z]{4,}s|people)\b")
_UNITS = frozenset(
    """
    years days hours weeks months minutes seconds euros dollars crowns metres miles knots degrees points times
""".split()
)


def _questions_from(documents: Sequence[Document]) -> Iterator[str]:
    """What people who are quoted said, and what happened in places and to people that several documents name."""
    said = [m[1] for d in documents for m in _SPEAKER.finditer(d.text)]
    named = Counter(name for d in documents for name in set(_NAMED.findall(d.text)) if len(name) > 3)
    everything = " ".join(d.text for d in documents)
    # A name that also stands in the middle of a sentence is a name, not a capitalised first word; with an
    # article before it, it is no person.
    speakers = [n for n in dict.fromkeys(said) if named[n] and f"the {n}".lower() not in everything.lower()]
    people = [f"What did {n} say?" for n in speakers]
    places = [n for n, count in named.most_common(12) if count > 1 and f" in {n}" in everything]
    matters = [f"What happened in {n}?" for n in places]
    counted = [m[1] for d in documents for m in _COUNTED.finditer(d.text) if m[1] not in _UNITS]
    counts = [f"How many {noun} were there?" for noun in dict.fromkeys(counted)]
    who = [f"Who is {n}?" for n in speakers]
    for questions in zip_longest(people, matters, counts[:6], who):
        yield from (q for q in questions if q)


def _day(iso: str | None) -> str:
    return datetime.fromisoformat(iso).strftime("%-d %B %Y") if iso else ""


# --- the conversation, as HTML ----------------------------------------------------------------------------------


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
    if not quoted or sentence.computed:
        return f"{_verdict_html(sentence)}{chips} " if sentence.citations else f"{_verdict_html(sentence)} "
    cited = next((c for c in citations if c.number in sentence.citations), None)
    return f"<blockquote>“{_with_words_marked(cited) if cited else escape(sentence.text)}” {chips}</blockquote>"


def _chip_html(turn: int, citation: Citation) -> str:
    label = escape(_label(citation))
    return (
        f'<button type="button" class="chip" data-turn="{turn}" data-number="{citation.number}" title="{label}" '
        f'aria-label="Source {citation.number}: {label}">{citation.number}</button>'
    )


def _missing_html(part: str) -> str:
    return f'<div class="missing"><b>The corpus does not say:</b> {escape(part)}</div>'


CONFLICTS = {
    "values": "The sources give different answers",
    "accounts": "The sources contradict each other",
    "over time": "Reports differ over time, newest first",
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
    return ", ".join(x for x in (citation.title or citation.document_id, day) if x)


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

CSS = """
.gradio-container { margin: 0 auto !important; }
.gradio-container, .gradio-container .main { max-width: min(1240px, 100vw) !important; min-width: 0 !important; box-sizing: border-box; }
#title h1 { font-size: 1.35rem; margin: 0; }
.corpus, .why { font-size: .9rem; opacity: .75; }
#corpus, #why, #conversation, #source, #report { padding: 0 !important; }
.conversation { min-height: 34vh; max-height: 62vh; overflow-y: auto; padding: 4px 2px; overflow-wrap: anywhere; }
.exchange { margin: 0 0 22px; }
.question { background: var(--background-fill-secondary); border-radius: 10px; padding: 9px 13px; font-weight: 600; }
.question .who { position: absolute; left: -9999px; }
.searched, .by, .doing, .note, .facts { font-size: .82rem; opacity: .72; padding: 4px 2px; }
.empty { opacity: .75; padding: 24px 2px; line-height: 1.6; }
.answer { padding: 9px 2px 4px; line-height: 1.6; white-space: pre-line; }
.answer.quoted { white-space: normal; }
.answer blockquote { border-left: 3px solid #2f6f8f; margin: 0 0 9px !important; padding: 1px 0 1px 12px; white-space: normal; }
.answer.unchecked { opacity: .65; }
.answer.abstained { font-weight: 600; }
.answer.abstained details { font-weight: 400; font-size: .9rem; margin-top: 6px; }
.chip { background: #2f6f8f; color: #fff; border: 0; border-radius: 8px; font-size: .74rem; min-width: 22px; padding: 1px 6px; margin: 0 2px; cursor: pointer; vertical-align: 1px; }
.chip:hover, .chip:focus-visible { background: #16455d; outline: 2px solid #9cc7dc; }
.conflict { border: 1px solid #d9b35c; border-radius: 8px; padding: 6px 10px; margin: 6px 0; display: flex; flex-wrap: wrap; gap: 8px; }
.missing { border-left: 3px solid #8a5a00; padding: 2px 10px; margin: 6px 0; font-size: .92rem; }
.conflict .head { flex-basis: 100%; font-weight: 600; font-size: .9rem; }
.conflict .claim { flex: 1 1 180px; font-size: .9rem; border-left: 3px solid #d9b35c; padding-left: 8px; }
.conflict .claim div { font-size: .8rem; opacity: .75; }
.badge { border-radius: 8px; font-size: .7rem; padding: 1px 6px; white-space: nowrap; vertical-align: 1px; cursor: help; }
.badge.supported { background: #dff0e3; color: #1c5a2c; }
.badge.partly { background: #fdf0cf; color: #6d4b00; }
.badge.not_found { background: #fdecea; color: #7a1410; }
.answer s { opacity: .6; }
.answer small { opacity: .75; }
ol.sources { list-style: none; margin: 2px 0; padding: 0; }
ol.sources li { margin: 2px 0; }
button.source { background: none; border: 0; padding: 2px; font-size: .86rem; cursor: pointer; text-align: left; color: var(--body-text-color); }
button.source:hover { text-decoration: underline; }
button.source .number { display: inline-block; min-width: 1.3em; font-weight: 700; color: #2f6f8f; }
.problem { background: #fdecea; color: #7a1410; border: 1px solid #e4a19b; border-radius: 8px; padding: 8px 12px; margin: 6px 0; }
.incomplete { color: #8a5a00; font-size: .88rem; padding: 4px 2px; }
.document h3 { margin: 0 0 2px; font-size: 1.05rem; }
.document .text { white-space: pre-wrap; line-height: 1.6; max-height: 56vh; overflow-y: auto; overflow-wrap: anywhere; border: 1px solid var(--border-color-primary); border-radius: 8px; padding: 10px 12px; margin: 6px 0; }
.document mark { background: #ffe9a8; color: #222; padding: 1px 0; }
.planted { background: #f6d5d2; color: #5c0f0b; text-decoration: line-through dotted; }
.warning { background: #fdf0cf; color: #6d4b00; border-radius: 8px; padding: 6px 10px; margin: 6px 0; font-size: .86rem; }
.hint { opacity: .75; padding: 10px 2px; }
.report li { margin: 2px 0; }
@media (max-width: 760px) { .conversation { max-height: none; min-height: 12vh; } .document .text { max-height: 48vh; } }
"""

ON_CHIP = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('button[data-number]');
  if (!chip) return;
  trigger('click', { turn: Number(chip.dataset.turn), number: Number(chip.dataset.number) });
});
watch('value', () => {
  const box = element.querySelector('.conversation');
  if (box) box.scrollTop = box.scrollHeight;
});
"""

ON_SOURCE = """
watch('value', () => {
  const cited = element.querySelector('#cited');
  if (!cited) return;
  const text = cited.closest('.text');
  text.scrollTop = cited.offsetTop - text.offsetTop - text.clientHeight / 3;
  if (window.innerWidth < 760) element.scrollIntoView({ behavior: 'smooth' });
});
"""


def build(desk: Desk) -> gr.Blocks:
    """The page."""
    with gr.Blocks(title="Newsdesk", analytics_enabled=False, fill_width=True) as page:
        exchanges = gr.State([])
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                gr.Markdown("# Newsdesk", elem_id="title")
                corpus = gr.HTML(elem_id="corpus")
                why = gr.HTML(elem_id="why")
                conversation = gr.HTML(conversation_html([]), js_on_load=ON_CHIP, elem_id="conversation")
                with gr.Row():
                    question = gr.Textbox(
                        placeholder="Ask the corpus a question",
                        show_label=False,
                        label="Question",
                        scale=8,
                        min_width=200,
                        max_length=2000,
                        elem_id="question",
                        autofocus=True,
                    )
                    send = gr.Button("Ask", variant="primary", scale=1, min_width=72, elem_id="ask")
                    stop = gr.Button("Stop", scale=1, min_width=72, elem_id="stop", visible=False)
                examples = gr.Dataset(
                    components=[gr.Textbox(visible=False)], samples=[], label="Try", elem_id="examples", visible=False
                )
            with gr.Column(scale=2, min_width=320), gr.Tabs():
                with gr.Tab("Source"):
                    source = gr.HTML(NO_SOURCE, js_on_load=ON_SOURCE, elem_id="source")
                with gr.Tab("Add documents"):
                    upload = gr.File(
                        label="Documents", file_count="multiple", file_types=sorted(READERS), elem_id="upload"
                    )
                    report = gr.HTML(elem_id="report")
                with gr.Tab("Answering"):
                    choice = gr.Dropdown(
                        [AUTOMATIC, QUOTING],
                        value=_initial_choice(desk.settings),
                        label="Answer with",
                        elem_id="choice",
                        allow_custom_value=False,
                        interactive=True,
                    )

        def opened() -> tuple[Any, ...]:
            chosen = _initial_choice(desk.settings)
            shown = desk.examples()
            return (
                desk.corpus_line(),
                desk.why_line(chosen),
                gr.update(choices=list(dict.fromkeys([*desk.choices(), chosen])), value=chosen),
                gr.update(samples=[[e] for e in shown], visible=bool(shown)),
            )

        def ask(asked: str, past: list[Exchange], chosen: str) -> Iterator[tuple[Any, ...]]:
            if not asked.strip():
                yield gr.update(), past, gr.update(), gr.update(visible=True), gr.update(visible=False)
                return
            current = Exchange(asked.strip())
            exchanges_now = [*past, current]
            busy = (gr.update(visible=False), gr.update(visible=True))
            yield "", exchanges_now, conversation_html(exchanges_now), *busy
            for _ in _answered(desk, current, past, chosen):
                # The buttons are left alone: a piece that was on its way when Stop was pressed must not bring it back.
                yield gr.update(), exchanges_now, conversation_html(exchanges_now), gr.update(), gr.update()
            yield (
                gr.update(),
                exchanges_now,
                conversation_html(exchanges_now),
                gr.update(visible=True),
                gr.update(visible=False),
            )

        def stopped(past: list[Exchange]) -> tuple[Any, ...]:
            if past and not past[-1].over:
                past[-1].stopped = True
            return past, conversation_html(past), gr.update(visible=True), gr.update(visible=False)

        def show_source(past: list[Exchange], event: gr.EventData) -> str:
            try:
                answer = past[int(event.turn)].answer
                cited = next(c for c in (answer.citations if answer else ()) if c.number == int(event.number))
                return source_html(desk.retriever().document(cited.document_id), cited)
            except (IndexError, StopIteration, UnknownDocument):
                return '<div class="problem" role="alert">This source is no longer in the corpus.</div>'

        def add(files: list[str] | None, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008 - Gradio's way
            if not files:
                return gr.update(), gr.update(), gr.update()
            try:
                done = desk.add(files, lambda n, of, name: progress((n, of), desc=name or "Saving", unit="files"))
            except (CorpusError, OSError) as error:
                return f'<div class="problem" role="alert">{escape(str(error))}</div>', gr.update(), None
            return report_html(done), desk.corpus_line(), None

        answering = {
            "inputs": [question, exchanges, choice],
            "outputs": [question, exchanges, conversation, send, stop],
        }
        asked = [
            send.click(ask, **answering, show_progress="hidden", api_visibility="private"),
            question.submit(ask, **answering, show_progress="hidden", api_visibility="private"),
        ]
        asked.append(
            examples.click(
                lambda chosen: chosen[0], examples, question, show_progress="hidden", api_visibility="private"
            ).then(ask, **answering, show_progress="hidden", api_visibility="private")
        )
        stop.click(
            stopped,
            exchanges,
            [exchanges, conversation, send, stop],
            cancels=asked,
            show_progress="hidden",
            api_visibility="private",
        )
        conversation.click(show_source, exchanges, source, show_progress="hidden", api_visibility="private")
        upload.upload(
            add,
            upload,
            [report, corpus, upload],
            show_progress="full",
            show_progress_on=report,
            api_visibility="private",
        )
        choice.change(desk.why_line, choice, why, show_progress="hidden", api_visibility="private")
        page.load(opened, None, [corpus, why, choice, examples], show_progress="hidden", api_visibility="private")
    return page


def _initial_choice(settings: Settings) -> str:
    if settings.answerer == "quote":
        return QUOTING
    return settings.model or AUTOMATIC


def _answered(desk: Desk, current: Exchange, past: Sequence[Exchange], chosen: str) -> Iterator[None]:
    """Fills `current` as the answer comes; one step a change worth showing."""
    history = [Turn(e.question, e.answer.text if e.answer and not e.answer.abstained else "") for e in past]
    try:
        for event in desk.answerer(chosen).stream(current.question, history):
            match event:
                case SearchingFor(query):
                    current.searched_for = query
                case Found(hits):
                    current.doing = f"Reading {len(hits)} passages…"
                case Piece(text):
                    current.pieces += text
                    current.doing = "Writing…"
                case Finished(answer):
                    current.answer = answer
            yield
    except LLMError as error:
        current.error, current.answer = str(error), error.answer
        yield
    except (CorpusError, AnswerError) as error:
        current.error = str(error)
        yield


def report_html(report: SyncReport) -> str:
    """What an upload changed, failures with their reasons."""
    counts = ", ".join(f"{len(getattr(report, k))} {k}" for k in ("added", "updated", "unchanged", "failed"))
    failures = "".join(f"<li><b>{escape(f.source)}</b>: {escape(f.reason)}</li>" for f in report.failed)
    problem = f'<ul class="problem" role="alert">{failures}</ul>' if failures else ""
    return f'<div class="report">{escape(counts)}{problem}</div>'


def launch(settings: Settings, *, port: int | None = None, open_browser: bool = True, block: bool = True) -> str:
    """Serves the page on 127.0.0.1 and returns its address; with `block`, when it is closed."""
    desk = Desk(settings)

    def warm() -> None:  # the models load while the page opens
        try:
            desk.retriever().search("warm up", k=1)
        except CorpusError:
            pass  # the page says what is wrong

    Thread(target=warm, daemon=True).start()
    page = build(desk)
    page.queue(default_concurrency_limit=4, api_open=False)
    _, address, _ = page.launch(
        server_name="127.0.0.1",
        server_port=port,
        share=False,
        inbrowser=open_browser,
        quiet=True,
        show_error=True,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        ssr_mode=False,
        css=CSS,
        max_file_size="200mb",
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        prevent_thread_lock=True,
    )
    print(f"Newsdesk is at {address} (Ctrl+C to stop)", flush=True)
    if block:
        page.block_thread()
    return str(address)


if __name__ == "__main__":
    launch(Settings.from_environment())

"""The web chat: Gradio only, events in, page out. `python app.py` or `newsdesk chat`.

What it shows is built in `qa/web`, from escaped text alone.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape
from pathlib import Path
from threading import RLock, Thread
from typing import Any

# Before the import: Gradio reads this once.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
# Before PyTorch is loaded: idle threads of OpenMP sleep instead of spinning (docs/embedding-the-retriever.md).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import gradio as gr

from index import CorpusError, NewsdeskError, Retriever, SyncReport, UnknownDocument, sync
from index.formats.registry import extensions
from index.language.parsing import parsed
from index.models.hardware import use_numbers
from qa import (
    Answerer,
    BadSetting,
    Finished,
    Found,
    LLMError,
    Piece,
    SearchingFor,
    Settings,
    Turn,
)
from qa.models.choosing import chat_models, choose_model
from qa.settings import Unsupported
from qa.web.assets import CSS, ON_CHIP, ON_SOURCE
from qa.web.examples import questions_from
from qa.web.html import NO_SOURCE, Exchange, conversation_html, report_html, source_html

QUOTING = "Quotes only (no model)"
AUTOMATIC = "Automatic"
UPLOAD_WAIT = 60.0
"""Seconds that an upload waits for another one, or for a command that is writing."""


@dataclass(slots=True)
class Desk:
    """The index and what answers, opened once and shared by every visitor of the page."""

    settings: Settings
    _retriever: Retriever | None = None
    _examples: tuple[object, list[str]] = (None, [])
    _lock: RLock = field(default_factory=RLock)

    def retriever(self) -> Retriever:
        """Raises CorpusError."""
        with self._lock:
            if self._retriever is None:
                self._retriever = Retriever.open(self.settings.index)
            return self._retriever

    def answerer(
        self, choice: str, wrong_accepted: float | None = None, unsupported: Unsupported | None = None
    ) -> Answerer:
        """With the settings of the page, where it has others than the environment.

        Raises CorpusError for the index and LLMError for a model that was chosen and cannot be had."""
        settings = replace(
            self.settings,
            wrong_accepted=self.settings.wrong_accepted if wrong_accepted is None else wrong_accepted,
            unsupported=unsupported or self.settings.unsupported,
        )
        if choice == QUOTING:
            settings = replace(settings, answerer="quote")
        elif choice != AUTOMATIC:
            settings = replace(settings, answerer="auto", model=choice)
        model, why = choose_model(settings)
        return Answerer(self.retriever(), model, settings=settings, why=why)

    def choices(self) -> list[str]:
        return [AUTOMATIC, QUOTING, *chat_models(self.settings)]

    def corpus_line(self) -> str:
        """What the corpus holds, in one line of HTML."""
        try:
            facts = self.retriever().counts()
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
        except NewsdeskError as error:
            return f'<div class="problem" role="alert">{escape(str(error))}</div>'
        return f'<div class="why" data-answerer="{escape(answerer.name)}">{escape(answerer.why)}</div>'

    def examples(self, wanted: int = 4) -> list[str]:
        """Questions that this corpus answers: about people it quotes, and about its headlines. Found out once for each
        state of the index, not at each visit."""
        try:
            state = self.retriever().revision()
            if self._examples[0] == state:
                return self._examples[1]
            answerer = Answerer(self.retriever(), None, settings=self.settings)
            documents = self.retriever().documents(60)
        except CorpusError:
            return []
        found: list[str] = []
        for question in questions_from(documents):
            if len(found) == wanted:
                break
            if question not in found and not answerer.answer(question).abstained:
                found.append(question)
        self._examples = state, found
        return found

    def add(self, files: Sequence[str], progress: Any) -> SyncReport:
        """Keeps uploaded files beside the index and indexes them. Raises CorpusError."""
        kept = self.settings.index.parent / f"{self.settings.index.name}-uploads"
        kept.mkdir(parents=True, exist_ok=True)
        targets = [_kept(Path(file), kept) for file in files]
        return sync(targets, self.settings.index, progress=progress, wait=UPLOAD_WAIT, store=self.settings.store)


def _kept(file: Path, folder: Path) -> Path:
    """A copy of an uploaded file in a folder, under its own name, or, where another file has that, with a number."""
    number = 1
    target = folder / file.name
    while target.exists():
        if filecmp.cmp(file, target, shallow=False):
            return target
        number += 1
        target = folder / f"{file.stem} ({number}){file.suffix}"
    shutil.copyfile(file, target)
    return target


def _day(iso: str | None) -> str:
    return datetime.fromisoformat(iso).strftime("%-d %B %Y") if iso else ""


def build(desk: Desk) -> gr.Blocks:
    """The page."""
    page = gr.Blocks(title="Newsdesk", analytics_enabled=False, fill_width=True)
    with page:
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
                        label="Documents", file_count="multiple", file_types=list(extensions()), elem_id="upload"
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
                    accepted = gr.Slider(
                        1,
                        30,
                        value=round(100 * desk.settings.wrong_accepted),
                        step=1,
                        label="Wrong answers I accept (%)",
                        info="Fewer means that more questions are refused. Measured where one question in five has no answer.",
                        elem_id="accepted",
                    )
                    unsupported = gr.Radio(
                        [("Struck through, with the reason", "strike"), ("Removed", "remove")],
                        value=desk.settings.unsupported,
                        label="Sentences that no source supports",
                        elem_id="unsupported",
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

        def ask(
            asked: str, past: list[Exchange], chosen: str, wrong: float, struck: Unsupported
        ) -> Iterator[tuple[Any, ...]]:
            if not asked.strip():
                yield gr.update(), past, gr.update(), gr.update(visible=True), gr.update(visible=False)
                return
            current = Exchange(asked.strip())
            exchanges_now = [*past, current]
            busy = (gr.update(visible=False), gr.update(visible=True))
            yield "", exchanges_now, conversation_html(exchanges_now), *busy
            for _ in _answered(desk.answerer, current, past, (chosen, wrong / 100, struck)):
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
            except CorpusError as error:  # the index was moved or deleted under the open page
                return f'<div class="problem" role="alert">{escape(str(error))}</div>'

        def add(files: list[str] | None, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008 - Gradio's way
            if not files:
                return gr.update(), gr.update(), gr.update()
            try:
                done = desk.add(files, lambda n, of, name: progress((n, of), desc=name or "Saving", unit="files"))
            except (CorpusError, OSError) as error:
                return f'<div class="problem" role="alert">{escape(str(error))}</div>', gr.update(), None
            return report_html(done), desk.corpus_line(), None

        given = [question, exchanges, choice, accepted, unsupported]
        shown = [question, exchanges, conversation, send, stop]
        asked: list[dict[str, Any]] = [
            send.click(ask, given, shown, show_progress="hidden", api_visibility="private"),
            question.submit(ask, given, shown, show_progress="hidden", api_visibility="private"),
        ]
        asked.append(
            examples.click(
                lambda chosen: chosen[0], examples, question, show_progress="hidden", api_visibility="private"
            ).then(ask, given, shown, show_progress="hidden", api_visibility="private")
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


def _answered(
    answerer: Callable[..., Answerer],
    current: Exchange,
    past: Sequence[Exchange],
    chosen: tuple[str, float, Unsupported],
) -> Iterator[None]:
    """Fills `current` as the answer comes; one step a change worth showing. `chosen` is what `answerer` is opened with."""
    history = [Turn(e.question, e.answer.text if e.answer and not e.answer.abstained else "") for e in past]
    try:
        for event in answerer(*chosen).stream(current.question, history):
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
    except NewsdeskError as error:
        current.error = str(error)
        yield


def launch(settings: Settings, *, port: int | None = None, open_browser: bool = True, block: bool = True) -> str:
    """Serves the page on 127.0.0.1 and returns its address; with `block`, when it is closed."""
    use_numbers(settings.numbers)
    desk = Desk(settings)

    page = build(desk)
    page.queue(default_concurrency_limit=4, api_open=False)
    try:
        address = _serve(page, port, open_browser)
    except OSError as error:  # Gradio says so of a port that is taken
        raise BadSetting(
            f"The page cannot be served on port {port or '7860 to 7959'}: it is in use. Choose another one with --port."
        ) from error
    print(f"Newsdesk is at {address} (Ctrl+C to stop)", flush=True)

    def warm() -> None:  # the models load while the page opens
        try:
            desk.retriever().search("warm up", k=1)
            parsed("Warm up.")
        except NewsdeskError:
            pass  # the page says what is wrong

    # Not before the page is served: a program that ends while a library loads in another thread is aborted.
    Thread(target=warm, daemon=True).start()
    if block:
        page.block_thread()
    return address


def _serve(page: gr.Blocks, port: int | None, open_browser: bool) -> str:
    """Starts serving; the page's address. Raises OSError when the port is taken."""
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
    return str(address)


if __name__ == "__main__":
    launch(Settings.from_environment())

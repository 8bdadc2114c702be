"""question -> rewrite -> search -> write -> cite -> Answer, as a stream of events: the order of the steps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from index import Filters, Hit, Retriever
from index.language.spelling import replaced

from .answers import Answer, Asked, Turn
from .asking.archive import archive_question
from .asking.asked import asked_of
from .asking.overview import overview_question
from .asking.question import checked
from .asking.rewrite import asks_for_others, rewrite
from .asking.when import NOTHING_NEWER, reference_day
from .checking.echoes import echoing
from .checking.refusal import threshold
from .events import Event, Finished, Found, SearchingFor
from .findings import Findings
from .models.choosing import choose_model
from .models.protocol import ChatModel
from .settings import Settings
from .writing.composing import quoted
from .writing.draft import Draft, finished
from .writing.listing import listed
from .writing.model import Writer
from .writing.sequence import told_in_order

WARN_OF = 5
"""Of so many of the best passages it is said that something in them speaks to a machine, or that they repeat the question."""


class Answerer:
    """Answers questions over one index. `model` None means quoting; `why` says in words what answers and why."""

    def __init__(
        self, retriever: Retriever, model: ChatModel | None = None, *, settings: Settings | None = None, why: str = ""
    ) -> None:
        self.retriever, self.model, self.why = retriever, model, why
        self.settings = settings or Settings()
        self.refuse_below = threshold(self.settings.wrong_accepted)

    @staticmethod
    def open(index: str | Path | None = None, *, settings: Settings | None = None) -> Answerer:
        """Opens an index and chooses what answers, as the settings (default: the environment's) say.

        Raises CorpusError for the index, LLMError when a model was asked for by name and cannot be had.
        """
        settings = settings or Settings.from_environment()
        if index is not None:
            settings = replace(settings, index=Path(index))
        model, why = choose_model(settings)
        return Answerer(Retriever.open(settings.index), model, settings=settings, why=why)

    @property
    def name(self) -> str:
        """`quote`, or `ollama/MODEL`."""
        return self.model.name if self.model is not None else "quote"

    def answer(
        self, question: str, history: Sequence[Turn | dict[str, Any]] = (), *, filters: Filters | None = None
    ) -> Answer:
        """The checked answer, from the documents that `filters` allow; its `as_of` is the day on which the question is
        asked, today without one. Raises AnswerError or CorpusError; an LLMError keeps what was written before."""
        for event in self.stream(question, history, filters=filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished or an error")

    def stream(
        self, question: str, history: Sequence[Turn | dict[str, Any]] = (), *, filters: Filters | None = None
    ) -> Iterator[Event]:
        """The same as events, ending with `Finished` or an error. An LLMError in mid-answer carries the checked
        part of what was written as its `answer`, marked incomplete. Closing the iterator stops the model."""
        question, turns = checked(question, history)
        clock = _Clock()
        query = rewrite(question, turns, self.model)
        filters = filters or Filters()
        latest = self.retriever.counts().latest
        today = reference_day(query, filters.as_of or date.today(), date.fromisoformat(latest) if latest else None)
        archive = archive_question(query, today)
        if archive is None:
            query = replaced(query, self.retriever.spellings(query))
        clock.end_of("rewrite")
        yield SearchingFor(query)

        overview = None if archive is not None else overview_question(query, today)
        asked = asked_of(query, today, archive or overview)
        catalogued: tuple[tuple[Hit, ...], Draft] | None = None
        if archive is not None:
            catalogued = listed(archive, self.retriever, filters)
        elif overview is not None:
            catalogued = told_in_order(overview, self.retriever, filters)
        if catalogued is not None:
            hits, draft = catalogued
            clock.end_of("search")
            yield Found(hits)
            answer = finished(Answer(question, query, "", False, self.name, hits=hits, asked=asked), draft)
            yield Finished(replace(answer, timings_ms=clock.stages()))
            return

        told = turns[-1].answer if turns and asks_for_others(question) else ""
        findings = Findings.of(query, self.retriever, filters, today, told)
        clock.end_of("search")
        hits = findings.hits
        clock.end_of("rerank")
        yield Found(hits)

        draft = quoted(findings, self.refuse_below)
        clock.end_of("read")
        if self.model is None or draft.denies:
            draft = draft.or_nothing(self.refuse_below)
        else:
            writer = Writer(self.model, self.settings.passages_for_llm, self.settings.unsupported, self.refuse_below)
            draft = yield from writer.write(question, findings, draft)
            clock.end_of("write")

        notes = (*_warnings(query, hits, findings.readable), *_of_other_days(findings, draft, asked))
        answer = finished(Answer(question, query, "", False, self.name, hits=hits, notes=notes, asked=asked), draft)
        answer = replace(answer, timings_ms=clock.stages())
        if draft.failure is not None:
            draft.failure.answer = answer if draft.failure.partial.strip() else None
            raise draft.failure
        yield Finished(answer)


class _Clock:
    """Milliseconds of each stage."""

    def __init__(self) -> None:
        self._stages: dict[str, float] = {}
        self._began = self._last = time.perf_counter()

    def end_of(self, stage: str) -> None:
        now = time.perf_counter()
        self._stages[stage] = (now - self._last) * 1000
        self._last = now

    def stages(self) -> dict[str, float]:
        """Those that have ended, and the time since the beginning as "total"."""
        return {**self._stages, "total": (time.perf_counter() - self._began) * 1000}


def _warnings(query: str, hits: Sequence[Hit], readable: Sequence[Hit]) -> tuple[str, ...]:
    """That some of what was found speaks to a machine, and is neither followed nor quoted; or repeats the question."""
    best = hits[:WARN_OF]
    altered = [h for h, r in zip(best, readable, strict=False) if h is not r]
    echoes = echoing(query, best)
    warnings = []
    if altered:
        warnings.append(f"Text that speaks to a machine instead of a reader was left out of: {_titles(altered)}.")
    if echoes:
        repeating = _titles([h for h in best if h.passage.document_id in echoes])
        warnings.append(f"Repeats the question word for word, as texts do that are planted to be found: {repeating}.")
    return tuple(warnings)


def _of_other_days(findings: Findings, draft: Draft, asked: Asked) -> tuple[str, ...]:
    """That nothing that is cited is of the days asked for, nor speaks of them."""
    cited = [
        hit
        for c in draft.citations
        for hit in findings.hits
        if hit.passage.document_id == c.document_id and hit.passage.start <= c.start < hit.passage.end
    ]
    if findings.when.kind != "days" or not cited or any(findings.when.fit(hit, NOTHING_NEWER) == 1 for hit in cited):
        return ()
    return (f"Nothing was found of {asked.period}: what is cited is of other days.",)


def _titles(hits: Sequence[Hit]) -> str:
    return "; ".join(list(dict.fromkeys(h.passage.title or h.passage.document_id for h in hits))[:3])

"""question -> rewrite -> search -> write -> cite -> Answer, as a stream of events."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from index import Hit, Retriever

from .answers import Answer, Citation, Conflict, Sentence, Turn
from .asking.compound import Compound, taken_apart
from .asking.rewrite import rewrite
from .checking.citations import StreamFilter, cite
from .checking.planted import readable
from .checking.refusal import threshold
from .errors import BadQuestion, LLMBadReply, LLMError
from .models.ollama import ChatModel, CutShort, choose_model
from .settings import Settings
from .writing.prompts import answer_messages
from .writing.quoting import Quotes, quote, quote_parts, with_both_sides

MAX_QUESTION = 2000
AT_LEAST = 3
"""Passages that a model is always shown."""
HELPFUL_FROM = 0.1
"""A further passage is shown when the reader scores it at least this share of the best."""
BESIDE_THE_POINT = 0.01
"""An answer of which no sentence scores this much with the reader answers another question."""
ON_THE_POINT = 0.5
"""What a sentence must score when the corpus probably does not answer: a model that answers then is not trusted."""
WARN_OF = 5
"""Of so many of the best passages it is said that something in them speaks to a machine."""
NOT_SAID = "The corpus does not say."


@dataclass(frozen=True, slots=True)
class SearchingFor:
    """The question as it is searched for, after earlier turns were taken into account."""

    query: str


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found, best first."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the answer as it is written, not yet checked."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The checked answer; it replaces the pieces."""

    answer: Answer


Event = SearchingFor | Found | Piece | Finished


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

        Raises CorpusError for the index, LLMError when Ollama was asked for by name and cannot be had.
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

    def answer(self, question: str, history: Sequence[Turn | dict[str, Any]] = ()) -> Answer:
        """The checked answer. Raises AnswerError or CorpusError; an LLMError keeps what was written before."""
        for event in self.stream(question, history):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished or an error")

    def stream(self, question: str, history: Sequence[Turn | dict[str, Any]] = ()) -> Iterator[Event]:
        """The same as events, ending with `Finished` or an error. An LLMError in mid-answer carries the checked
        part of what was written as its `answer`, marked incomplete. Closing the iterator stops the model."""
        question, turns = _checked(question, history)
        clock = _Clock()
        query = rewrite(question, turns, self.model)
        clock.lap("rewrite")
        yield SearchingFor(query)
        compound = taken_apart(query)
        parts = compound.parts if compound else (query,)
        fused = [self.retriever.search(part, k=20, rerank=False) for part in parts]
        clock.lap("search")
        found = [self.retriever.rerank(part, hits) for part, hits in zip(parts, fused, strict=True)]
        hits = _interleaved(found)
        clock.lap("rerank")
        yield Found(hits)
        clean = tuple(readable(h) for h in hits)
        quotes = self._quotes(query, compound, found, clean)
        clock.lap("read")
        draft = Answer(
            question=question,
            search_query=query,
            text="",
            abstained=False,
            answerer=self.name,
            hits=hits,
            answerable=quotes.answerable,
            notes=_warnings(hits, clean),
        )
        if self.model is None:
            yield Finished(self._quoted(draft, quotes, clock))
        else:
            yield from self._written(draft, clean, quotes, self.model, clock)

    def _quotes(
        self, query: str, compound: Compound | None, found: Sequence[Sequence[Hit]], clean: Sequence[Hit]
    ) -> Quotes:
        """Of the parts of a question where it has parts that can be answered, else of the whole."""
        reader, embedder = self.retriever.reader, self.retriever.embedder
        found_whole = partial(quote, query, clean, reader, embedder)  # read only when it is needed
        if compound is None or reader is None:
            return found_whole()
        parts = [[readable(h) for h in hits] for hits in found]
        quotes = quote_parts(compound, parts, reader, embedder, self.refuse_below)
        if quotes is None:
            return found_whole()
        if compound.question in quotes.missing and (whole := found_whole()).answerable >= self.refuse_below:
            return whole
        return quotes

    def _quoted(self, draft: Answer, quotes: Quotes, clock: _Clock) -> Answer:
        if not quotes.sentences or quotes.answerable < self.refuse_below:
            return _abstention(draft, clock)
        return _finished(
            draft,
            quotes.sentences,
            clock,
            citations=quotes.citations,
            conflicts=quotes.conflicts,
            missing=quotes.missing,
            quoted=True,
        )

    def _helpful(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """Without the passages that the reader finds beside the point: they cost a small model's attention."""
        if self.retriever.reader is None:
            return list(hits)
        texts, titles = [h.passage.text for h in hits], [h.passage.title for h in hits]
        scores = self.retriever.reader.rank(query, texts, titles, ordered=True)
        enough = HELPFUL_FROM * max(scores, default=0.0)
        return [h for n, (h, s) in enumerate(zip(hits, scores, strict=True)) if n < AT_LEAST or s >= enough]

    def _beside_the_point(self, query: str, answerable: float, said: Sequence[Sentence]) -> bool:
        """Whether no sentence of an answer answers the question: surely, or probably when the corpus hardly does."""
        if self.retriever.reader is None:
            return False
        best = float(max(self.retriever.reader.rank(query, [s.text for s in said])))
        return best < (BESIDE_THE_POINT if answerable >= self.refuse_below else ON_THE_POINT)

    def _written(
        self, draft: Answer, clean: Sequence[Hit], quotes: Quotes, model: ChatModel, clock: _Clock
    ) -> Iterator[Event]:
        hits = self._helpful(draft.search_query, clean)[: self.settings.passages_for_llm]
        if not hits:
            yield Finished(_abstention(draft, clock))
            return
        messages, shown = answer_messages(draft.question, draft.search_query, hits, model.context_tokens)
        showable, said = StreamFilter(), ""
        failure: LLMError | None = None
        try:
            for piece in model.stream(messages):
                said += piece
                if text := showable.feed(piece):
                    yield Piece(text)
            if text := showable.rest():
                yield Piece(text)
        except LLMError as error:
            failure = error
        clock.lap("write")
        cited = cite(said, shown, self.retriever.reader)
        clock.lap("cite")
        notes = (*draft.notes, *cited.notes)
        found = tuple(s for s in cited.sentences if s.citations)
        written = cited.sentences if self.settings.unsupported == "strike" else found
        if lost := len(cited.sentences) - len(found):
            done = "struck" if self.settings.unsupported == "strike" and found else "removed"
            notes = (
                *notes,
                f"{lost} sentence{'s' if lost > 1 else ''} {done}: the sources do not say {'them' if lost > 1 else 'it'}.",
            )
        if len(shown) < len(hits):
            notes = (*notes, f"{len(hits) - len(shown)} passages did not fit the model's window.")
        if failure is not None:
            partial = _finished(
                draft,
                written,
                clock,
                citations=cited.citations,
                incomplete=True,
                notes=(*notes, f"Incomplete: {failure}"),
            )
            if isinstance(failure, CutShort) and found:
                yield Finished(partial)
                return
            failure.partial, failure.answer = said, partial if said.strip() else None
            raise failure
        if not said.strip():
            raise LLMBadReply(f"The model {model.name} sent an empty reply. Ask again or choose another model.")
        if found and self._beside_the_point(draft.search_query, draft.answerable, found):
            found, notes = (), (*notes, "The model answered another question.")
        if not found:
            yield Finished(replace(_abstention(draft, clock), notes=notes))
            return
        citations = cited.citations
        conflicts: tuple[Conflict, ...] = ()
        if draft.answerable >= self.refuse_below:
            written, citations, conflicts = with_both_sides(written, citations, quotes)
        # Quoting knows which part of a compound question the corpus leaves open; the model may say so of any.
        missing = quotes.missing or (("a part of the question, as the model says",) if cited.refused else ())
        yield Finished(
            _finished(draft, written, clock, citations=citations, conflicts=conflicts, missing=missing, notes=notes)
        )


class _Clock:
    """Milliseconds of each stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._began = self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = (now - self._last) * 1000
        self._last = now

    def stop(self) -> dict[str, float]:
        return {**self.laps, "total": (time.perf_counter() - self._began) * 1000}


def _checked(question: str, history: Sequence[Turn | dict[str, Any]]) -> tuple[str, list[Turn]]:
    if not isinstance(question, str) or not question.strip():
        raise BadQuestion("The question is empty.")
    if len(question) > MAX_QUESTION:
        raise BadQuestion(f"The question has {len(question)} characters; at most {MAX_QUESTION} are read.")
    try:
        return question.strip(), [Turn.of(t) for t in history]
    except (ValueError, TypeError) as error:
        raise BadQuestion(str(error)) from error


def _interleaved(found: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """The best of each part first, then the second best of each, and so on; no passage twice."""
    if len(found) == 1:
        return tuple(found[0])
    merged: dict[str, Hit] = {}
    for row in zip_longest(*found):
        for hit in row:
            if hit is not None:
                merged.setdefault(hit.passage.id, hit)
    return tuple(merged.values())


def _warnings(hits: Sequence[Hit], clean: Sequence[Hit]) -> tuple[str, ...]:
    """That some of what was found speaks to a machine, and is neither followed nor quoted."""
    altered = [h for h, c in zip(hits[:WARN_OF], clean, strict=False) if h is not c]
    titles = "; ".join(dict.fromkeys(h.passage.title or h.passage.document_id for h in altered[:3]))
    return (f"Text that speaks to a machine instead of a reader was left out of: {titles}.",) if altered else ()


def _exact(citation: Citation, hits: Sequence[Hit]) -> Citation:
    """The citation with the words of the document itself, where what was read had parts left out."""
    for p in (h.passage for h in hits):
        if p.document_id == citation.document_id and p.start <= citation.start and citation.end <= p.end:
            return replace(citation, quote=p.text[citation.start - p.start : citation.end - p.start])
    raise AssertionError("a citation lies in a passage that was found")


def _abstention(draft: Answer, clock: _Clock) -> Answer:
    return replace(draft, text=NOT_SAID, abstained=True, timings_ms=clock.stop())


def _finished(
    draft: Answer, sentences: tuple[Sentence, ...], clock: _Clock, *, quoted: bool = False, **facts: Any
) -> Answer:
    facts["citations"] = tuple(_exact(c, draft.hits) for c in facts["citations"])
    said = [s for s in sentences if s.citations]
    text = "\n".join(_in_quotes(s) for s in said) if quoted else " ".join(s.with_marks() for s in said)
    for part in facts.get("missing", ()):
        text += f"\n{NOT_SAID.rstrip('.')}: {part}"
    return replace(draft, text=text, sentences=sentences, timings_ms=clock.stop(), **facts)


def _in_quotes(sentence: Sentence) -> str:
    if sentence.computed:
        return sentence.with_marks()
    marks = "".join(f"[{n}]" for n in sentence.citations)
    return f"“{sentence.text}” {marks}"

"""Answers that a language model writes from numbered passages, every sentence of them checked."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from index import Hit

from ..answers import Sentence
from ..checking.citations import Cited, cite
from ..errors import LLMBadReply, LLMCutShort, LLMError
from ..events import Piece
from ..findings import Findings
from ..models.protocol import ChatModel
from ..settings import Unsupported
from .composing import with_sides
from .draft import Draft
from .prompts import answer_messages
from .reply import StreamFilter, parsed

AT_LEAST = 3
"""Passages that a model is always shown."""
HELPFUL_FROM = 0.1
"""A further passage is shown when the reader scores it at least this share of the best. This and the two below were set by
hand; tests/qa/test_small_models.py holds what they do to replies of small models."""
BESIDE_THE_POINT = 0.015
"""An answer of which no sentence scores this much (in 0..1) with the reader answers another question."""
ON_THE_POINT = 0.5
"""What a sentence must score when the corpus probably does not answer: a model that answers then is not trusted."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A model with how it is used: how many passages it is shown at most, what becomes of a sentence that no passage
    supports, and the score in 0..1 below which the corpus is thought not to answer."""

    model: ChatModel
    passages: int
    unsupported: Unsupported
    refuse_below: float

    def write(self, question: str, findings: Findings, quotes: Draft) -> Generator[Piece, None, Draft]:
        """Yields the pieces as they come, unchecked; returns the checked draft, which has what `quotes` knows and the
        model does not say: the other sides of a disagreement, and what code reckoned.

        Raises BadQuestion when it leaves no room for a passage, LLMBadReply when the reply is empty."""
        hits = helpful(findings)[: self.passages]
        if not hits:
            return Draft(answerable=quotes.answerable)
        messages, shown = answer_messages(question, findings.query, hits, self.model.context_tokens)
        said, failure = "", None
        showable = StreamFilter()
        try:
            for piece in self.model.stream(messages):
                said += piece
                if text := showable.feed(piece):
                    yield Piece(text)
            if text := showable.rest():
                yield Piece(text)
        except LLMError as error:
            failure = error
        reply = parsed(said)
        draft = self._checked(cite(reply.sentences, shown, findings.reader), quotes.answerable)
        if len(shown) < len(hits):
            note = f"{len(hits) - len(shown)} passages did not fit the model's window."
            draft = replace(draft, notes=(*draft.notes, note))
        if failure is not None:
            return _broken_off(draft, failure, said)
        if not said.strip():
            raise LLMBadReply(f"The model {self.model.name} sent an empty reply. Ask again or choose another model.")
        supported = [s for s in draft.sentences if s.citations]
        if supported and self._beside_the_point(findings, quotes.answerable, supported):
            return Draft(answerable=quotes.answerable, notes=(*draft.notes, "The model answered another question."))
        if supported and quotes.answerable >= self.refuse_below:
            draft = with_sides(draft, quotes)
        # Quoting knows which part of a compound question the corpus leaves open; the model may say so of any.
        missing = quotes.missing or (("a part of the question, as the model says",) if reply.refused else ())
        return replace(draft, missing=missing)

    def _checked(self, cited: Cited, answerable: float) -> Draft:
        """With what no passage supports struck or removed, and said so."""
        supported = tuple(s for s in cited.sentences if s.citations)
        strike = self.unsupported == "strike"
        notes = cited.notes
        if lost := len(cited.sentences) - len(supported):
            done = "struck" if strike and supported else "removed"
            many, them = ("s", "them") if lost > 1 else ("", "it")
            notes = (*notes, f"{lost} sentence{many} {done}: the sources do not say {them}.")
        kept = cited.sentences if strike else supported
        return Draft(kept, cited.citations, answerable, notes=notes)

    def _beside_the_point(self, findings: Findings, answerable: float, said: Sequence[Sentence]) -> bool:
        """Whether no sentence of an answer answers the question: surely, or probably when the corpus hardly does."""
        if findings.reader is None:
            return False
        best = float(max(findings.reader.rank(findings.query, [s.text for s in said])))
        return best < (BESIDE_THE_POINT if answerable >= self.refuse_below else ON_THE_POINT)


def helpful(findings: Findings) -> list[Hit]:
    """Without the passages that the reader finds beside the point: they cost a small model's attention."""
    if findings.ranking is None:
        return list(findings.readable)
    relevance = findings.ranking.relevance
    enough = HELPFUL_FROM * max(relevance, default=0.0)
    scored = zip(findings.ranking.hits, relevance, strict=True)
    return [hit for n, (hit, score) in enumerate(scored) if n < AT_LEAST or score >= enough]


def _broken_off(draft: Draft, failure: LLMError, said: str) -> Draft:
    """What was written until a model failed. One that was only cut short has answered when a sentence is supported."""
    notes = (*draft.notes, f"Incomplete: {failure}")
    answered = isinstance(failure, LLMCutShort) and any(s.citations for s in draft.sentences)
    failure.partial = said
    return replace(draft, notes=notes, incomplete=True, failure=None if answered else failure)

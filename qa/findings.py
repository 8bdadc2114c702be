"""What was found for a question and what the reader makes of it: each computed once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import zip_longest

from index import AnswerSpan, Filters, Hit, Ranking, Reader, Reading, Retriever
from index.models.embedding import Embedder

from .asking.compound import Compound, taken_apart
from .asking.speech import speech_asked
from .asking.when import NO_TIME, TimeAsked, time_asked, without_days
from .checking.echoes import one_voice
from .checking.planted import without_instructions

SEARCHED = 20
"""Passages that are searched for, for each part of a question: as many as the reader reranks."""
OF_THE_DAYS = 10
"""Passages that are searched for besides among the documents of the days that are asked for."""


@dataclass(frozen=True)
class Findings:
    """The hits of each part of a question (of the one, where it has no parts) in the order of the search, `searched`;
    the rest follows from these. `query` is what was searched for and read, without the days that `when` weighs. Without a
    `reader` nothing is ranked or read: `ranking` and `reading` are None. Sentences that stand in `told`, the answer before, are not read again."""

    query: str
    compound: Compound | None
    searched: tuple[tuple[Hit, ...], ...]
    reader: Reader | None
    embedder: Embedder
    when: TimeAsked = NO_TIME
    told: str = ""

    @staticmethod
    def of(
        query: str,
        retriever: Retriever,
        filters: Filters | None = None,
        today: date | None = None,
        told: str = "",
    ) -> Findings:
        """Searches for every part of `query`, asked `today`, in the documents that `filters` allow. Raises CorpusError."""
        when = time_asked(query, today or date.today())
        subject = without_days(query, today or date.today()) if when.kind == "days" else query
        compound = taken_apart(subject)
        searched = [_found(part, retriever, filters, when) for part in (compound.parts if compound else (subject,))]
        reader = retriever.reader if isinstance(retriever.reader, Reader) else None
        return Findings(
            subject, compound, tuple(map(tuple, searched)), reader, retriever.embedder, when, " ".join(told.split())
        )

    @cached_property
    def rankings(self) -> tuple[Ranking, ...]:
        """One a part; none without a reader."""
        if self.reader is None:
            return ()
        asked = self.compound.parts if self.compound else (self.query,)
        return tuple(self.reader.rerank(part, hits) for part, hits in zip(asked, self.searched, strict=True))

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """Everything found, best first: the best of each part, then the second best of each, no passage twice."""
        return _interleaved([r.hits for r in self.rankings] if self.reader else self.searched)

    @cached_property
    def readable(self) -> tuple[Hit, ...]:
        """The same hits, without what in them speaks to a machine."""
        return tuple(map(without_instructions, self.hits))

    @cached_property
    def parts(self) -> tuple[Reading, ...]:
        """The reading of each part of the question; none without a reader."""
        return tuple(self._read_on(ranking) for ranking in self.rankings) if self.compound else ()

    @cached_property
    def ranking(self) -> Ranking | None:
        """Of the whole question, with the readable hits."""
        if self.reader is None:
            return None
        if self.compound:
            return self.reader.ranking(self.query, self.readable)
        return self.reader.with_texts(self.rankings[0], self.readable)

    @cached_property
    def reading(self) -> Reading | None:
        """Of the whole question."""
        return self._weighed(self.reader.reading(self.ranking)) if self.reader and self.ranking else None

    def _read_on(self, ranking: Ranking) -> Reading:
        assert self.reader is not None
        return self._weighed(
            self.reader.reading(self.reader.with_texts(ranking, [without_instructions(h) for h in ranking.hits]))
        )

    def _weighed(self, reading: Reading) -> Reading:
        """With the sentences in the order of how well who says them, and when, fits the question, too."""
        hits = reading.ranking.hits
        spans: Sequence[AnswerSpan] = reading.spans
        if self.told:
            spans = [
                s for s in spans if " ".join(hits[s.passage].passage.text[s.start : s.end].split()) not in self.told
            ]
        spans = speech_asked(reading.ranking.question).weighed(spans, hits, self.embedder)
        return replace(reading, spans=self.when.weighed(spans, hits))


def _found(part: str, retriever: Retriever, filters: Filters | None, when: TimeAsked) -> list[Hit]:
    """The passages for a part of a question; where many repeat it word for word, others in their place. Behind them the best
    of documents that are of the days asked for, or speak of them."""
    hits = retriever.search(part, k=SEARCHED, rerank=False, filters=filters)
    heard = one_voice(part, hits)
    if len(heard) < len(hits):
        more = retriever.search(part, k=2 * SEARCHED, rerank=False, filters=filters)
        heard = one_voice(part, more)[:SEARCHED]
    if (of_the_days := when.among(filters)) is not None:
        known = {h.passage.id for h in heard}
        least = min((h.score for h in heard), default=1.0)
        others = retriever.search(part, k=OF_THE_DAYS, rerank=False, filters=of_the_days)
        heard += [replace(h, score=min(h.score, least)) for h in others if h.passage.id not in known]
    return heard


def _interleaved(parts: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    if len(parts) == 1:
        return tuple(parts[0])
    merged: dict[str, Hit] = {}
    for row in zip_longest(*parts):
        for hit in row:
            if hit is not None:
                merged.setdefault(hit.passage.id, hit)
    return tuple(merged.values())

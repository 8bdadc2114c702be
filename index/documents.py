"""What flows through the index: documents, failures, passages and hits. Frozen, standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Document:
    """One text with where it came from. Offsets everywhere count characters of `text`.

    `id` is stable across runs for the same source; `source` is a path or URL to show to people;
    `origin` is the ingested file (several records of one file share it); `published` is aware or naive
    exactly as the source said it.
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    published: datetime | None = None
    author: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source, or one record of it, that could not be used, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """The characters `start:end` of a text, and the first and the last day that they mean."""

    start: int
    end: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one document: `document.text[start:end] == text`, always."""

    document_id: str
    text: str
    start: int
    end: int
    title: str = ""
    source: str = ""
    published: datetime | None = None
    locator: str = ""
    """Where in its source a person finds it, in the source's own terms (the line above a post of a live page); often empty."""
    posted: datetime | None = None
    """When its post of a live page was written; None outside posts."""
    times: tuple[TimeExpression, ...] = ()
    """What it says of time, with places in the document."""

    @property
    def id(self) -> str:
        return f"{self.document_id}:{self.start}-{self.end}"

    @property
    def written(self) -> datetime | None:
        """When its post was, else its document."""
        return self.posted or self.published

    @property
    def searchable(self) -> str:
        """The text models see: the title carries names that the passage may only call "he" or "the company"."""
        return f"{self.title}\n{self.text}" if self.title and not self.text.startswith(self.title) else self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and how well it matched; higher is better. `ranks` says which searches found it and where (from 1)."""

    passage: Passage
    score: float
    ranks: dict[str, int] = field(default_factory=dict, compare=False)

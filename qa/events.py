"""What happens while a question is answered, in order: what is searched for, what was found, pieces, the answer."""

from __future__ import annotations

from dataclasses import dataclass

from index import Hit

from .answers import Answer


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

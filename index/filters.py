"""What a search is restricted to: documents, where they came from, who wrote them, and a range of days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Filters:
    """All of what is set must hold; within one tuple any of its values may.

    `documents` are ids. `sources` are ingested files or folders, folders inside them, or what a document gives as its
    source (an outlet, an address). `authors` are matched inside the byline, whatever the case: "doe" finds "Jane Doe and
    Bob Roe". `since` and `until` are days, both included; a document without a day is in no range. `as_of` is the day that
    is looked at things from: what is dated later is left out, a document without a day is not. `spoken_of` are days, first and
    last: a document is of one of them, or speaks of one.
    """

    documents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    spoken_of: tuple[date, date] | None = None

    def within(self, since: date | None, until: date | None) -> Filters:
        """These filters, and only days from `since` to `until`, where given."""
        return replace(
            self,
            since=max(filter(None, (since, self.since)), default=None),
            until=min(filter(None, (until, self.until)), default=None),
        )

    def __bool__(self) -> bool:
        return self != Filters()

"""Answers about the archive, read off its catalogue: how many documents, and which."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from index import Document, Filters, Hit, Listing, Passage, Retriever
from index.language.sentences import sentences

from ..answers import Citation, Sentence
from ..asking.archive import ArchiveQuestion
from ..checking.citations import citation
from .draft import Draft
from .sequence import leads

SHOWN = 20
"""Documents that are named and cited at most."""
FEW = 5
"""Those named where the newest or oldest are asked for, in the plural."""
_READ_OFF = "read off the catalogue"


def listed(asked: ArchiveQuestion, retriever: Retriever, filters: Filters) -> tuple[tuple[Hit, ...], Draft]:
    """The documents that are asked for, as hits and as an answer; nothing where there is none."""
    filters = filters.within(asked.since, asked.until)
    if asked.author:
        filters = replace(filters, authors=(asked.author,))
    limit = 1 if asked.one else FEW if asked.wanted in ("newest", "oldest") else SHOWN
    listing = retriever.listing(filters, asked.topic, limit=limit, oldest_first=asked.wanted == "oldest")
    hits = tuple(Hit(passage, 1.0) for _, passage in listing.documents)
    return hits, _draft(asked, listing)


def _draft(asked: ArchiveQuestion, listing: Listing) -> Draft:
    if not listing.documents:
        return Draft()
    citations = tuple(_citation(n, p) for n, (_, p) in enumerate(listing.documents, 1))
    named = [
        Sentence(_named(document), (n,), reason=_READ_OFF, computed=True)
        for n, (document, _) in enumerate(listing.documents, 1)
    ]
    if not asked.one:
        total = Sentence(_counted(asked, listing), tuple(c.number for c in citations), reason=_READ_OFF, computed=True)
        named = [total, *named]
    return Draft(tuple(named), citations, answerable=1.0, verbatim=True)


def _counted(asked: ArchiveQuestion, listing: Listing) -> str:
    """ "3 articles by Ann Roe on bees", and that only some of them are named."""
    said = f"{listing.count} {_numbered(asked.item, listing.count)}"
    said += f" by {asked.author}" if asked.author else ""
    said += f" on {asked.topic}" if asked.topic else ""
    said += _days(asked.since, asked.until)
    shown = len(listing.documents)
    which = "oldest" if asked.wanted == "oldest" else "newest"
    return f"{said}:" if shown == listing.count else f"{said}; the {which} {shown}:"


def _numbered(item: str, count: int) -> str:
    one = item.lower().removesuffix("s") if not item.lower().endswith("ies") else f"{item.lower()[:-3]}y"
    if count == 1:
        return one
    return f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"


def _days(since: date | None, until: date | None) -> str:
    if since is not None and since == until:
        return f" of {since.isoformat()}"
    begin = f" from {since.isoformat()}" if since is not None else ""
    return f"{begin} to {until.isoformat()}" if until is not None else begin


def _named(document: Document) -> str:
    about = [document.author] if document.author else []
    about += [document.published.date().isoformat()] if document.published else []
    return f"“{document.title or document.id}”" + (f" ({', '.join(about)})" if about else "")


def _citation(number: int, opening: Passage) -> Citation:
    """The sentence that opens the report, or whatever comes first."""
    start, end = next(iter(leads(opening) or sentences(opening.text)), (0, len(opening.text)))
    return citation(number, Hit(opening, 1.0), opening.start + start, opening.start + end, 1.0)

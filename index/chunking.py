"""Document -> passages: whole sentences, exact character offsets, no overlap.

Passages are short on purpose (about a hundred word pieces): a reader can then look at twenty of
them within the time budget of a question, and no embedding model cuts their end off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from .documents import Document, Passage, TimeExpression
from .language.sentences import Span, blocks, sentences
from .language.times import time_expressions
from .posts import is_heading, post_of, posts

MAX_CHARS = 520
"""A passage is longer than this only when a single sentence is."""
_ANY_DAYS = (date(1990, 3, 6), date(2020, 10, 31))


def passages(document: Document, max_chars: int = MAX_CHARS) -> list[Passage]:
    """The passages of `document`, in order, together holding every sentence of it exactly once; each with the post of a
    live page that it lies in, and with what it says of time, seen from the day of that post or of the document."""
    among = posts(document.text, document.published)
    found = []
    for start, end in passage_spans(document.text, max_chars):
        post = post_of((start, end), among)
        text = document.text[start:end]
        found.append(
            Passage(
                document_id=document.id,
                text=text,
                start=start,
                end=end,
                title=document.title,
                source=document.source,
                published=document.published,
                locator=post.line,
                posted=post.written,
                times=_times(text, start, post.written or document.published),
            )
        )
    return found


def _times(text: str, offset: int, written: datetime | None) -> tuple[TimeExpression, ...]:
    """With offsets in the document. Of a text whose day is not known only those that mean the same days on any day."""
    if written is not None:
        spoken = time_expressions(text, written.date())
    else:
        one, other = (time_expressions(text, day) for day in _ANY_DAYS)
        spoken = [t for t in one if t in other]
    return tuple(replace(t, start=t.start + offset, end=t.end + offset) for t in spoken)


def passage_spans(text: str, max_chars: int = MAX_CHARS) -> list[Span]:
    """Character spans of the passages of `text`: paragraphs packed up to `max_chars`, long ones split evenly."""
    spans: list[Span] = []
    current: Span | None = None
    after_heading = False
    for block, heading in _units(text, max_chars):
        # A heading opens a passage, unless all the passage holds so far is the heading above it.
        fits = current is not None and block[1] - current[0] <= max_chars and (after_heading or not heading)
        if current is not None and fits:
            current = (current[0], block[1])
        else:
            if current is not None:
                spans.append(current)
            current = block
        after_heading = heading
    if current is not None:
        spans.append(current)
    return spans


def _units(text: str, max_chars: int) -> Iterator[tuple[Span, bool]]:
    """Paragraphs, or parts of long ones; True marks a heading, which opens a passage."""
    inside = sentences(text)
    position = 0
    for start, end in blocks(text):
        own: list[Span] = []
        while position < len(inside) and inside[position][0] < end:
            own.append(inside[position])
            position += 1
        if not own:
            continue
        if end - start <= max_chars:
            yield (own[0][0], own[-1][1]), len(own) == 1 and is_heading(text[start:end])
        else:
            for part in _split_evenly(own, max_chars):
                yield part, False


def _split_evenly(own: list[Span], max_chars: int) -> Iterator[Span]:
    """Cuts a long paragraph between sentences into parts of similar length, none above `max_chars` if possible."""
    total = own[-1][1] - own[0][0]
    target = total / math.ceil(total / max_chars)
    start, last = own[0]
    for begin, end in own[1:]:
        grown = end - start
        if grown > max_chars or (last - start >= 0.6 * target and grown - target > target - (last - start)):
            yield start, last
            start = begin
        last = end
    yield start, last

"""Document -> passages: whole sentences, exact character offsets, no overlap.

Passages are short on purpose (about a hundred word pieces): a reader can then look at twenty of
them within the time budget of a question, and no embedding model cuts their end off.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from .documents import Document, Passage
from .language.sentences import Span, blocks, sentences

MAX_CHARS = 520
"""A passage is longer than this only when a single sentence is."""

_HEADING = re.compile(
    r"(?![-*•–—])[^.!?…:;/]{1,70}"
    # the line above a post of a live page: "10:31 p.m. - It goes to penalties", "After 12:35 p.m. ET"
    r"|(?:\w+ ){0,2}\d{1,2}[:.]\d{2}\b(?: ?[ap]\.?m\b\.?)?[^.!?…]{0,60}"
)


def passages(document: Document, max_chars: int = MAX_CHARS) -> list[Passage]:
    """The passages of `document`, in order, together holding every sentence of it exactly once."""
    return [
        Passage(
            document_id=document.id,
            text=document.text[start:end],
            start=start,
            end=end,
            title=document.title,
            source=document.source,
            published=document.published,
        )
        for start, end in passage_spans(document.text, max_chars)
    ]


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
            yield (own[0][0], own[-1][1]), bool(len(own) == 1 and _HEADING.fullmatch(text[start:end]))
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

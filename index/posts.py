"""The posts of a live page: the line above each, and when it was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .language.moments import moments
from .language.sentences import Span, blocks
from .language.times import time_expressions

HEADING = r"(?![-*•–—])[^.!?…:;/]{1,70}"
TIMED = r"(?:\w+,? ){0,3}\d{1,2}[:.]\d{2}\b(?: ?[ap]\.?m\b\.?)?[^.!?…]{0,60}"
"""The line above a post: "10:31 p.m. - It goes to penalties", "After 12:35 p.m. ET"."""
_HEADING, _TIMED = re.compile(rf"{HEADING}|{TIMED}"), re.compile(TIMED)


@dataclass(frozen=True, slots=True)
class Post:
    """From where in a text, the line above it, and when it was written, as far as that is known."""

    start: int
    line: str
    written: datetime | None


NO_POST = Post(0, "", None)


def is_heading(line: str) -> bool:
    """Whether a paragraph of one line stands above others: a headline, or the line above a post."""
    return _HEADING.fullmatch(line) is not None


def posts(text: str, published: datetime | None) -> list[Post]:
    """The posts of a text in their order. What stands under a heading without a time of day belongs to none.

    >>> [(p.line, p.start) for p in posts("9.45 p.m. Goal\\nLowe scores.\\nAfterwards\\nThey left.", None)]
    [('9.45 p.m. Goal', 0), ('', 28)]
    """
    found: list[Post] = []
    for start, end in blocks(text):
        line = text[start:end]
        if is_heading(line):
            timed = _TIMED.fullmatch(line) is not None
            found.append(Post(start, line, _written(line, published)) if timed else Post(start, "", None))
    return found if any(p.line for p in found) else []


def post_of(span: Span, among: Sequence[Post]) -> Post:
    """The post that a span of the same text lies in."""
    return next((p for p in reversed(among) if p.start < span[1] and p.start <= span[0]), NO_POST)


def _written(line: str, published: datetime | None) -> datetime | None:
    """The time of day in the line, on the day that the line names, else on that of the page."""
    minute = min((m.value for m in moments(line) if m.kind == "minute"), default=None)
    if published is None or minute is None:
        return None
    named = [t for t in time_expressions(line, published.date()) if t.first == t.last]
    day = named[0].first if named else published.date()
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=published.tzinfo)

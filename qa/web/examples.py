"""Questions to begin with, made from what the documents say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from index import Document

_SPEAKER = re.compile(
    r"\b([A-Z][\w'-]+(?: (?:von|der|de|van|[A-Z][\w'-]+))* [A-Z][\w'-]+)(?:,[^,.]{3,60},)? (?:said|told|wrote|called)\b"
)
_NAMED = re.compile(r"(?<=[a-z,] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")

_COUNTED = re.compile(r"\b\d[\d,]* ([a-z]{4,}s|people)\b")
_UNITS = frozenset(
    """
    years days hours weeks months minutes seconds euros dollars crowns metres miles knots degrees points times
""".split()
)


def questions_from(documents: Sequence[Document]) -> Iterator[str]:
    """What people who are quoted said, and what happened in places and to people that several documents name."""
    said = [m[1] for d in documents for m in _SPEAKER.finditer(d.text)]
    named = Counter(name for d in documents for name in set(_NAMED.findall(d.text)) if len(name) > 3)
    everything = " ".join(d.text for d in documents)
    # A name that also stands in the middle of a sentence is a name, not a capitalised first word; with an
    # article before it, it is no person.
    speakers = [n for n in dict.fromkeys(said) if named[n] and f"the {n}".lower() not in everything.lower()]
    people = [f"What did {n} say?" for n in speakers]
    places = [n for n, count in named.most_common(12) if count > 1 and f" in {n}" in everything]
    matters = [f"What happened in {n}?" for n in places]
    counted = [m[1] for d in documents for m in _COUNTED.finditer(d.text) if m[1] not in _UNITS]
    counts = [f"How many {noun} were there?" for noun in dict.fromkeys(counted)]
    who = [f"Who is {n}?" for n in speakers]
    for questions in zip_longest(people, matters, counts[:6], who):
        yield from (q for q in questions if q)

"""Of passages that match about as well the newer comes first: who asks without naming a time mostly means what is new.

A prior on a document's age, as in Li and Croft (2003), "Time-Based Language Models", who let it fall exponentially; here it
multiplies the score of the search, and stops at `LEAST`, since an archive is asked about its past, too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from .documents import Hit
from .language.times import time_expressions

HALF_LIFE_DAYS = 180.0
LEAST = 0.6
"""What is left of the score of the oldest passages. Both chosen on quiz questions on news (docs/choices.md, "When")."""
UNDATED = (1 + LEAST) / 2


def recency(written: date | None, today: date) -> float:
    """What the score of a passage written on a day is multiplied by, seen from `today`: 1 to `LEAST`.

    >>> recency(date(2025, 3, 18), date(2025, 3, 18)), recency(date(1998, 1, 1), date(2025, 3, 18))
    (1.0, 0.6)
    """
    if written is None:
        return UNDATED
    return max(LEAST, float(0.5 ** (max((today - written).days, 0) / HALF_LIFE_DAYS)))


def newer_first(query: str, hits: list[Hit], today: date) -> list[Hit]:
    """The hits, best first, their scores times the recency of their days; as they were where the query names a time that lies
    back ("in 2019"; not "this week")."""
    back = today - timedelta(days=HALF_LIFE_DAYS)
    if any(t.last < back for t in time_expressions(query, today)):
        return hits
    weighed = [
        replace(h, score=h.score * recency(h.passage.written.date() if h.passage.written else None, today))
        for h in hits
    ]
    return sorted(weighed, key=lambda h: (-h.score, h.passage.id))

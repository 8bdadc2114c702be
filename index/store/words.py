"""The word search over FTS5: the best n passages by BM25, exactly, without scoring every passage that has a word.

FTS5 finds matches fast and scores them slowly (about 4 and 75 ms for 100,000 of a million). A passage can only be among
the best if the words it has *could* outscore the n-th best of some passages that are at hand; MaxScore (Turtle and
Flood, "Query evaluation: strategies and optimizations", 1995) says which words these are, before anything is scored.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence

from ..language.bm25 import TITLE_WEIGHT, phrases_of
from ..language.spelling import as_written, indexed_form, nearest
from .selection import Selection

_K1 = 1.2
FEW = 20_000
"""Matches up to which every one is scored: about 15 ms."""
_COMBINED = 8
"""Phrases whose combinations are written out; with more, an expression would grow without bounds."""
_SCORE = f"bm25(words, {TITLE_WEIGHT}, 1.0)"


def matching_words(
    connection: sqlite3.Connection, query: str, n: int, passages: int, among: Selection | None = None
) -> list[tuple[int, float]]:
    """The `n` passages that match best with their BM25 score (higher is better), best first; any text is safe.

    `passages` is how many the index holds."""
    phrases = phrases_of(query)
    if not phrases:
        return []
    words = _Words(connection, phrases, n, among)
    if among is not None or not 1 < len(phrases) <= _COMBINED:
        return words.best()
    counts = {p: words.count(p) for p in phrases}
    if sum(counts.values()) <= FEW:
        return words.best()
    # the rarest first; what FTS5 adds for a word is its inverse document frequency times less than k1 + 1
    bounds = {p: (_K1 + 1) * _idf(counts[p], passages) for p in sorted(phrases, key=counts.__getitem__)}
    threshold = _threshold(words, [p for p in bounds if counts[p] >= n])
    return words.best(_needed(list(bounds.items()), threshold * (1 - 1e-9)))


def spelt_otherwise(connection: sqlite3.Connection, word: str) -> str | None:
    """A word of the passages, as one of them writes it, that `word`, which stands in none, most likely means."""
    form = indexed_form(word)
    # By the word itself: the stem of a stem may be another one ("house", "hous", "hou").
    if not form or _Words(connection, [f'"{word}"'], 1, None).count(f'"{word}"'):
        return None
    connection.execute("PRAGMA query_only = OFF")  # a view on the word index, in the connection's own memory
    try:
        connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'words', 'row')")
    finally:
        connection.execute("PRAGMA query_only = ON")
    near = nearest(
        form,
        connection.execute(
            "SELECT term, doc FROM temp.vocabulary WHERE term >= ? AND term < ?", (form[0], chr(ord(form[0]) + 1))
        ),
    )
    if near is None:
        return None
    row = connection.execute(
        "SELECT title || ' ' || text FROM texts WHERE number = (SELECT rowid FROM words WHERE words MATCH ? LIMIT 1)",
        (f'"{near}"',),
    ).fetchone()
    return as_written(near, row[0]) if row else None


_OFTEN = 3
"""A document speaks of a word that stands in so many of its passages."""


def about(connection: sqlite3.Connection, topic: str, among: Selection) -> Selection:
    """Those of the selected documents that have all the words of `topic` and the rarest of them in their title or opening,
    or in several passages; none when it has no telling word."""
    phrases = phrases_of(topic)
    if not phrases:
        return Selection("0", ())
    words = _Words(connection, phrases, 1, None)
    rarest = min(phrases, key=words.count)
    having = "SELECT p.document FROM words JOIN passages p ON p.number = words.rowid WHERE words MATCH ?"
    conditions = [f"d.number IN ({having})" for _ in phrases]
    spoken_of = (
        f"d.number IN ({having} GROUP BY p.document HAVING COUNT(*) >= {_OFTEN} OR MIN(p.start) = "
        "(SELECT MIN(o.start) FROM passages o WHERE o.document = p.document))"
    )
    conditions.append(f"({spoken_of} OR d.number IN ({having}))")
    return Selection(
        " AND ".join([among.condition, *conditions]), (*among.parameters, *phrases, rarest, f"title : {rarest}")
    )


class _Words:
    """The phrases of one query in one state of the index."""

    def __init__(self, connection: sqlite3.Connection, phrases: Sequence[str], n: int, among: Selection | None) -> None:
        self._connection, self._any, self.n = connection, " OR ".join(phrases), n
        # The plus keeps SQLite from running the query again for each selected passage.
        self._condition = f"AND +rowid IN ({among.passages})" if among is not None else ""
        self._parameters = among.parameters if among is not None else ()

    def count(self, expression: str) -> int:
        """How many passages match, selected or not."""
        rows = self._connection.execute("SELECT COUNT(*) FROM words WHERE words MATCH ?", (expression,))
        return int(rows.fetchone()[0])

    def best(self, needed: str | None = None) -> list[tuple[int, float]]:
        """The best by the score of all phrases, of the passages that match `needed`; of all when that is None."""
        condition, parameters = self._condition, self._parameters
        if needed is not None:
            condition += " AND +rowid IN (SELECT rowid FROM words WHERE words MATCH ?)"
            parameters = (*parameters, needed)
        rows = self._connection.execute(
            f"SELECT rowid, -{_SCORE} FROM words WHERE words MATCH ? {condition} ORDER BY {_SCORE}, rowid LIMIT ?",
            (self._any, *parameters, self.n),
        )
        return [(number, float(score)) for number, score in rows]

    def nth_score(self, expression: str) -> float:
        """The score, by the phrases of the expression alone, of the n-th best that matches it; 0 when fewer do."""
        rows = self._connection.execute(
            f"SELECT -{_SCORE} FROM words WHERE words MATCH ? ORDER BY {_SCORE} LIMIT 1 OFFSET ?",
            (expression, self.n - 1),
        )
        return float((rows.fetchone() or (0.0,))[0])


def _idf(matches: int, passages: int) -> float:
    """As FTS5 reckons it: never negative."""
    return max(math.log((passages - matches + 0.5) / (matches + 0.5)), 1e-6)


def _threshold(words: _Words, phrases: Sequence[str]) -> float:
    """A score that the n-th best has at least: the n-th best of those that have the most of the rarest phrases, by these;
    0 when no two phrases stand together in as many."""
    for length in range(len(phrases), 1, -1):
        together = " AND ".join(phrases[:length])
        if words.count(together) >= words.n:
            return words.nth_score(together)
    return 0.0


def _needed(bounds: Sequence[tuple[str, float]], threshold: float) -> str | None:
    """An expression that every passage matches whose score may reach the threshold: None when any may, "" when none.

    `bounds` are the most that each phrase adds, the rarest phrase first."""
    if threshold <= 0:
        return None
    if sum(bound for _, bound in bounds) < threshold:
        return ""
    (phrase, bound), rest = bounds[0], bounds[1:]
    having, lacking = _needed(rest, threshold - bound), _needed(rest, threshold)
    first = phrase if having is None else f"({phrase} AND {having})" if having else ""
    return f"({first} OR {lacking})" if first and lacking else first or lacking or ""

"""Words of a question against words of texts: BM25 (Robertson and Zaragoza, 2009), as SQLite's FTS5 reckons it.

The index's word search and the ranking of a few texts beside each other share the tokenizer and the query syntax of
this file, so that a word counts the same in both.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .words import STOP_WORDS

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""FTS5's, for English: accents are folded, and words are compared by their Porter stems."""
TITLE_WEIGHT = 0.6
"""Weight of a word in the title against one in the text: chosen on development questions (docs/choices.md)."""
_WORD = re.compile(r"\w+(?:[.'’]\w+)*", re.UNICODE)


class TextsByWords:
    """A few texts, with titles or without, to be searched by their words. In memory; not for several threads."""

    def __init__(self, texts: Sequence[str], titles: Sequence[str] | None = None) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(title, text, tokenize = '{TOKENIZER}')")
        rows = zip(range(len(texts)), titles or [""] * len(texts), texts, strict=True)
        self._connection.executemany("INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)", rows)

    def search(self, query: str, n: int) -> list[tuple[int, float]]:
        """Numbers of the `n` best texts, from 0, with their BM25 scores (higher is better), best first."""
        expression = match_expression(query)
        if not expression:
            return []
        rows = self._connection.execute(
            f"SELECT rowid, -bm25(texts, {TITLE_WEIGHT}, 1.0) FROM texts WHERE texts MATCH ? "
            f"ORDER BY bm25(texts, {TITLE_WEIGHT}, 1.0), rowid LIMIT ?",
            (expression, n),
        )
        return [(number, float(score)) for number, score in rows]

    def close(self) -> None:
        self._connection.close()


def bm25(query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """The BM25 scores of a few texts beside each other, shape (len(texts),); 0 without a telling word of the query.

    >>> int(bm25("Who froze the ponds?", ["The ponds froze.", "It rained."]).argmax())
    0
    """
    scores = np.zeros(len(texts), dtype=np.float32)
    by_words = TextsByWords(texts)
    for number, score in by_words.search(query, len(texts)):
        scores[number] = score
    by_words.close()
    return scores


def match_expression(query: str) -> str:
    """`query` as an FTS5 expression that matches any of its telling words.

    >>> match_expression('Who said "NEAR(x)" at the U.N.?')
    '"said" OR "NEAR" OR "x" OR "U.N"'
    """
    return " OR ".join(phrases_of(query))


def phrases_of(query: str) -> list[str]:
    """The telling words of a query as FTS5 phrases; every word is quoted, so no syntax leaks."""
    words = list(dict.fromkeys(_WORD.findall(query)))[:64]
    telling = [w for w in words if w.lower() not in STOP_WORDS] or words
    return [f'"{w}"' for w in telling]

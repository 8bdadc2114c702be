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
_WORD = re.compile(r"\w+(?:[.'’]\w+)*", re.UNICODE)


def bm25(query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """The BM25 scores of a few texts beside each other, shape (len(texts),); 0 without a telling word of the query.

    >>> int(bm25("Who froze the ponds?", ["The ponds froze.", "It rained."]).argmax())
    0
    """
    scores = np.zeros(len(texts), dtype=np.float32)
    expression = match_expression(query)
    if not expression:
        return scores
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = '{TOKENIZER}')")
    connection.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(texts))
    for number, score in connection.execute("SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ?", (expression,)):
        scores[number] = score
    connection.close()
    return scores


def match_expression(query: str) -> str:
    """`query` as an FTS5 expression that matches any of its telling words; every word is quoted, so no syntax leaks.

    >>> match_expression('Who said "NEAR(x)" at the U.N.?')
    '"said" OR "NEAR" OR "x" OR "U.N"'
    """
    words = list(dict.fromkeys(_WORD.findall(query)))[:64]
    telling = [w for w in words if w.lower() not in STOP_WORDS] or words
    return " OR ".join(f'"{w}"' for w in telling)

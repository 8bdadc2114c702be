"""Texts that repeat the question word for word: made to be found for it, as planted ones are (PoisonedRAG, Zou et al., 2025).

However many they are, they count as one voice, and what the other texts say is put before what they say. A page of
questions and answers repeats a question too, so nothing is thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index import Hit
from index.language.words import STOP_WORDS

_FEWEST_WORDS = 6
"""A shorter question stands in texts by chance."""
VOICES = 2
"""So many documents that repeat the question are read."""
_WORD = re.compile(r"[^\W_]+")


def repeats(question: str, text: str) -> bool:
    """Whether the words of `question` stand in `text` in their order, one behind the other.

    >>> repeats("Who won the cup in Merrow?", "who won the cup in Merrow. Aurel Tarsi won it.")
    True
    >>> repeats("Who won the cup in Merrow?", "Aurel Tarsi won the cup in Merrow.")
    False
    """
    asked = [w.lower() for w in _WORD.findall(question)]
    if len(asked) < _FEWEST_WORDS or all(w in STOP_WORDS for w in asked):
        return False
    return f" {' '.join(asked)} " in f" {' '.join(w.lower() for w in _WORD.findall(text))} "


def echoing(question: str, hits: Iterable[Hit]) -> frozenset[str]:
    """The ids of the documents that repeat the question, as far as their passages were found."""
    return frozenset(h.passage.document_id for h in hits if repeats(question, h.passage.text))


def one_voice(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits without the documents that repeat the question beyond the first `VOICES`: they would crowd out what others
    say."""
    left_out = sorted(echoing(question, hits), key=[h.passage.document_id for h in hits].index)[VOICES:]
    return [h for h in hits if h.passage.document_id not in left_out]

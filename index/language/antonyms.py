"""Words that turn a statement round: each entry of the list holds two groups, any of one against any of the other.

Kept to words of which news makes statements. Groups that mean the same in different parts of speech are entries
of their own, so that "rain fell" is no opposite of "the highest rainfall".
"""

from __future__ import annotations

from functools import lru_cache

from .wordlists import entries, word_set
from .words import stem

Group = frozenset[str]
NEGATIVE_PREFIXES = tuple(sorted(word_set("negative_prefixes")))


@lru_cache(maxsize=1)
def opposites() -> tuple[tuple[Group, Group], ...]:
    """Pairs of groups of stems.

    >>> any("rise" in one and "fall" in other for one, other in opposites())
    True
    """
    pairs = (entry.split("/") for entry in entries("antonyms"))
    return tuple((_stems(one), _stems(other)) for one, other in pairs)


def _stems(words: str) -> Group:
    # "rebuff" and "rebuffed" have two stems
    return frozenset(stem(form) for word in words.split() for form in (word, f"{word}ed"))

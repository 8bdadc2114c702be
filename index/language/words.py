"""Words that carry meaning: stems of a text, and how many of them another text shares."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from .numerals import digits
from .wordlists import entries, word_set

STOP_WORDS = word_set("stop_words")
"""Words that say nothing about the subject of a question; FTS5 would match them in every passage."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d,.]*\d|\d")
BARE_REPORTING = word_set("bare_reporting_verbs")
"""Forms of verbs that say only that something is said."""
REPORTING = BARE_REPORTING | word_set("reporting_verbs")
"""Forms of all verbs that give somebody's words."""
ANY_REPORTING = "|".join(sorted(REPORTING))
"""All of them, as alternatives of a regular expression."""
_NOUNS_TOO = frozenset(["call", "calls", "claim", "claims", "report"])
REPORTING_VERB = "|".join(sorted(REPORTING - _NOUNS_TOO))
"""The forms that can only be a verb after a name ("Roe said"), as alternatives of a regular expression."""
IRREGULAR_VERBS = {form: entry.split()[0] for entry in entries("irregular_verbs") for form in entry.split()[1:]}
"""An irregular form of a verb -> its base form."""
_IRREGULAR = {f: entry.split()[0] for entry in entries("irregular_nouns") for f in entry.split()[1:]} | IRREGULAR_VERBS


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=20000)
def stem(word: str) -> str:
    """The stem of a word in lower case (Porter, 1980, as Snowball has it); irregular forms go by their base form.

    >>> stem("rose"), stem("agreed")
    ('rise', 'agre')
    """
    return str(_stemmer().stemWord(_IRREGULAR.get(word, word)))


@lru_cache(maxsize=1)
def _porter() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("porter")


def porter_stem(word: str) -> str:
    """The stem by the algorithm of 1980 itself, which FTS5 has too; `word` is in lower case."""
    return str(_porter().stemWord(word))


def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning, and the numbers, of a text.

    >>> sorted(content_stems("The ministers said 1,200 were freed."))
    ['1200', 'freed', 'minist']
    """
    found = set()
    for word in WORD.findall(text):
        lowered = plain(word)
        if lowered[0].isdigit():
            found.add(digits(lowered))
        elif lowered not in STOP_WORDS and lowered not in BARE_REPORTING and len(lowered) > 1:
            found.add(stem(lowered))
    return frozenset(found)


def plain(word: str) -> str:
    """A word in lower case without the possessive."""
    return word.lower().replace("’", "'").removesuffix("'s")


def support(sentence: str, span: str) -> float:
    """The share of the sentence's meaning-carrying stems that the span has, in 0..1; numbers count three times.

    >>> support("The call lasted two hours.", "Officials said the call had lasted more than two hours.")
    1.0
    """
    wanted = content_stems(sentence)
    if not wanted:
        return 0.0
    held = content_stems(span)
    weight = {stem: 3.0 if stem[0].isdigit() else 1.0 for stem in wanted}
    return sum(weight[s] for s in wanted & held) / sum(weight.values())

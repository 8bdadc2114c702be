"""Near spellings: the word of a vocabulary that a mistyped or otherwise transliterated word most likely means.

Distances count an exchange of neighbours as one change, as Damerau (1964) found most typing errors to be one. RapidFuzz
(MIT, maintained, typed) reckons them; the vocabulary is that of the word index, whose words are Porter stems.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from .parsing import known_word
from .words import STOP_WORDS, WORD, plain, porter_stem

SHORTEST = 5
"""Letters that a word must have to be taken for a misspelling: among shorter ones too many differ by a letter."""
LONG = 9
"""From so many letters on two changes may lie between two spellings; below, one."""


def indexed_form(word: str) -> str:
    """A word as the word index holds it: in lower case, without accents, as a Porter stem.

    >>> indexed_form("Łódź's"), indexed_form("Governments")
    ('łodz', 'govern')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain(word)) if not unicodedata.combining(c))
    return porter_stem(bare)


def doubtful(question: str) -> list[str]:
    """The words of a question that may be misspelt: names, and what is no common English word."""
    words = dict.fromkeys(m[0] for m in WORD.finditer(question) if len(plain(m[0])) >= SHORTEST)
    return [w for w in words if plain(w) not in STOP_WORDS and (w[0].isupper() or not known_word(plain(w)))]


def nearest(word: str, vocabulary: Iterable[tuple[str, int]]) -> str | None:
    """The word of a vocabulary, given with how often each stands there, that is nearest to an indexed form; of equally
    near ones the most frequent. None when none is near."""
    from rapidfuzz.distance import DamerauLevenshtein

    allowed = 2 if len(word) >= LONG else 1
    best: tuple[int, int, str] | None = None
    for other, count in vocabulary:
        if abs(len(other) - len(word)) > allowed or other.startswith(word) or word.startswith(other):
            continue  # "racer" is another word than "race"
        distance = DamerauLevenshtein.distance(word, other, score_cutoff=allowed)
        if distance <= allowed and (best is None or (distance, -count, other) < best):
            best = distance, -count, other
    return best[2] if best else None


def as_written(form: str, text: str) -> str | None:
    """The first word of a text that has this indexed form."""
    written = (re.sub(r"['’]s$", "", m[0]) for m in WORD.finditer(text))
    return next((word for word in written if indexed_form(word) == form), None)


def replaced(question: str, spellings: dict[str, str]) -> str:
    """The question with words spelt otherwise."""
    for word, other in spellings.items():
        question = re.sub(rf"\b{re.escape(word)}\b", other, question)
    return question

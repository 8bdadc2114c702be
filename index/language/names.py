"""Names in a text, and whether another text has them in this or another form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from .moments import CALENDAR
from .parsing import parsed
from .sentences import sentences
from .wordlists import entries, word_set
from .words import plain

PARTICLE = r"(?:von|van|der|den|de|del|della|di|da|la|le|al|bin|ibn|of|the|and the)"
CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w.’'\-]*"
_NAME = re.compile(rf"{CAPITALISED}(?:\s+(?:{PARTICLE}\s+)*{CAPITALISED})*")
OPENERS = word_set("sentence_openers")
"""Words that open a question or a sentence with a capital and are no part of a name."""
TITLES = frozenset(title.lower().rstrip(".") for title in entries("titles")) | CALENDAR
"""Words beside a name that need not be the same in two texts: titles, offices, days."""
_COUNTRIES = {
    other: country
    for country, _, others in (entry.partition(": ") for entry in entries("country_names"))
    for other in others.split(", ")
}
"""Another name or adjective of a country -> the country."""
_AT_A_START = re.compile(r"(?:^|[.!?:;…]['\"”’)\]]*\s|\n|[\"“‘(\[])\s*$")
"""What stands before the first word of a sentence, which has a capital whatever it is."""


def names(text: str) -> list[str]:
    """The names in a text: runs of capitalised words, without what opens a sentence and is no proper noun.

    >>> names("Where did Joe Biden meet Vladimir Putin in 2021?")
    ['Joe Biden', 'Vladimir Putin']
    >>> names("Inflation worries Merrow. Nobody told Tarsi.")
    ['Merrow', 'Tarsi']
    """
    return list(dict.fromkeys(name for name, _ in _proper(text)))


def capitalised(text: str) -> list[str]:
    """The names in a text by its capitals alone: as `names`, at a thousandth of the cost, with what opens sentences."""
    return list(dict.fromkeys(name for name, _ in _runs(text, tagged=False)))


def _proper(text: str) -> Iterator[tuple[str, int]]:
    """Each name of a text, which may be many sentences, with its place."""
    for start, end in sentences(text):
        for name, at in _runs(text[start:end], tagged=True):
            yield name, start + at


def _runs(text: str, *, tagged: bool) -> Iterator[tuple[str, int]]:
    """Each run of capitalised words with the place of its first character."""
    for match in _NAME.finditer(text):
        words = [(w[0], match.start() + w.start()) for w in re.finditer(r"\S+", match[0])]
        opens = bool(_AT_A_START.search(text[: match.start()]))
        while words and words[0][0].lower().strip(".,'’") in OPENERS:
            words.pop(0)
            opens = False
        if tagged and opens:
            proper = _proper_nouns(text)
            while words and not any(words[0][1] <= at < words[0][1] + len(words[0][0]) for at in proper):
                words.pop(0)
        if words:
            name = re.sub(r"['’]s$", "", " ".join(w for w, _ in words)).strip(".,'’-")
            if len(name) > 1:
                yield name, words[0][1]


@lru_cache(maxsize=2048)
def _proper_nouns(text: str) -> frozenset[int]:
    """Where the words start that are tagged as proper nouns."""
    return frozenset(w.start for w in parsed(text) if w.is_name)


def missing_names(claim: str, evidence: str) -> list[str]:
    """The names of `claim` of which a part (a title aside) is not in `evidence`.

    >>> missing_names("Ukrainian officials met Marco Rubio in Bonn.", "Officials from Ukraine met Rubio in Paris.")
    ['Marco Rubio', 'Bonn']
    """
    return [name for name in names(claim) if not named(name, evidence)]


@lru_cache(maxsize=2048)
def _words_and_initials(evidence: str) -> tuple[frozenset[str], frozenset[str]]:
    """All words of the evidence, folded, and the initials of its names."""
    words = frozenset(folded(w) for w in re.findall(r"[^\W\d_][\w.’'-]*", evidence))
    words |= {part for w in words for part in w.split("-")}
    aliased = frozenset(part for w in words if w in _COUNTRIES for part in _COUNTRIES[w].split())
    initials = frozenset(
        "".join(w[0] for w in name.split() if w[0].isupper()).lower() for name in capitalised(evidence) if " " in name
    )
    return words | aliased, initials


def named(name: str, evidence: str) -> bool:
    """Whether the evidence has a name, in this or another form: each part of it, or its initials."""
    words, initials = _words_and_initials(evidence)
    whole = [w for w in name.split() if w[0].isupper() or w.lower() not in OPENERS]
    parts = [folded(p) for w in whole for p in ([w] if folded(w) in words else w.split("-")) if p]
    short = "".join(w[0] for w in name.split() if w[0].isupper()).lower()
    if len(short) > 1 and short in words:
        return True
    for part in parts:
        if part in TITLES or part in words or part in initials:
            continue
        if part in _COUNTRIES and all(p in words for p in _COUNTRIES[part].split()):
            continue
        if not any(_kin(part, w) for w in words):
            return False
    return True


def _kin(one: str, two: str) -> bool:
    """Whether two words are forms of one name: Ukraine and Ukrainian, Karsova and Karsovan."""
    shared = len(one) if two.startswith(one) else len(two) if one.startswith(two) else 0
    if not shared:
        shared = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
        return shared >= 5 and max(len(one), len(two)) - shared <= 4 and min(len(one), len(two)) - shared <= 1
    return shared >= 3 and abs(len(one) - len(two)) <= 4


def folded(word: str) -> str:
    """A word in lower case without accents, possessive and trailing dots."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return plain(bare).strip(".'-")


def placed_names(text: str) -> list[tuple[str, int, int]]:
    """The last word of each name in a text with its place, in order; titles aside."""
    placed: list[tuple[str, int, int]] = []
    for name, at in _proper(text):
        last = name.split()[-1]
        start = text.index(last, at)
        if last.lower() not in TITLES and all(last != other for other, *_ in placed):
            placed.append((last, start, start + len(last)))
    return placed

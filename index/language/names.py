"""Names in a text, and whether another text has them in this or another form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .moments import CALENDAR
from .wordlists import entries, word_set
from .words import STOP_WORDS, plain

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
_MASS_NOUNS = word_set("mass_nouns")
_VERB = re.compile(
    r"(?:said|says|told|has|had|was|is|will|would|did|does|wants?|won|lost|can|could|may|might|must|[a-z]+ed|[a-z]{3,}s)$"
)


def names(text: str) -> list[str]:
    """The names in a text: runs of capitalised words, without the question word or the like that opens it.

    >>> names("Where did Joe Biden meet Vladimir Putin in 2021?")
    ['Joe Biden', 'Vladimir Putin']
    """
    found: list[str] = []
    for match in _NAME.finditer(text):
        words = match[0].split()
        while words and words[0].lower().strip(".,'’") in OPENERS:
            words.pop(0)
        name = re.sub(r"['’]s$", "", " ".join(words)).strip(".,'’-")
        if name and name not in found and len(name) > 1:
            found.append(name)
    return found


def missing_names(claim: str, evidence: str) -> list[str]:
    """The names of `claim` of which a part (a title aside) is not in `evidence`.

    A capitalised first word counts as a name only when it cannot be a common noun.

    >>> missing_names("Ukrainian officials met Marco Rubio in Bonn.", "Officials from Ukraine met Rubio in Paris.")
    ['Marco Rubio', 'Bonn']
    """
    return [name for name in names(claim) if not _opens(name, claim) and not named(name, evidence)]


def _opens(name: str, claim: str) -> bool:
    """Whether a name is only the first word of the sentence, which may be any noun."""
    if " " in name or not re.match(rf"\W*{re.escape(name)}\b", claim):
        return False
    after = re.match(rf"\W*{re.escape(name)}(?P<owns>['’]s)? ([\w-]+)", claim)
    if after is not None and after["owns"] and name.lower() not in _MASS_NOUNS:
        return False
    if name.lower() in _MASS_NOUNS or name.endswith("s") or after is None or after[2].lower() in STOP_WORDS - {
        "was", "is", "has", "had", "will", "would", "did", "does",
    }:  # fmt: skip
        return True
    return not _VERB.match(after[2])


@lru_cache(maxsize=2048)
def _words_and_initials(evidence: str) -> tuple[frozenset[str], frozenset[str]]:
    """All words of the evidence, folded, and the initials of its names."""
    words = frozenset(folded(w) for w in re.findall(r"[^\W\d_][\w.’'-]*", evidence))
    words |= {part for w in words for part in w.split("-")}
    aliased = frozenset(part for w in words if w in _COUNTRIES for part in _COUNTRIES[w].split())
    initials = frozenset(
        "".join(w[0] for w in name.split() if w[0].isupper()).lower() for name in names(evidence) if " " in name
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
    placed = []
    for name in names(text):
        last = name.split()[-1]
        at = text.find(last, text.find(name))
        if last.lower() not in TITLES:
            placed.append((last, at, at + len(last)))
    return sorted(placed, key=lambda p: p[1])

"""Who is said to say something: the subjects of verbs that report, read off a parse."""

from __future__ import annotations

from .names import TITLES, capitalised, folded, named
from .parsing import Word, dependents, parsed, phrase
from .sentences import sentences
from .words import REPORTING

_CLAUSES = ("ccomp", "parataxis")
"""Roles of what is said; a verb with one of them reports, whichever verb it is."""
_SAME_SUBJECT = ("conj", "advcl", "xcomp")
"""Roles of a verb that has the subject of the verb above it."""
_NOUNS = ("NN", "NNS", "NNP", "NNPS", "CD", "JJR")
_ASIDE = ("relcl", "acl", "prep")
"""Roles of what is told of a speaker besides, in which others are named ("the captain of the Saint Orla")."""


def speakers(text: str) -> list[str]:
    """Who is said to say something, by name.

    >>> speakers("The gates were open, its director Casimir Roe said. Henrike Lund, the governor, denied it.")
    ['Casimir Roe', 'Henrike Lund']
    >>> speakers("Velmar's foreign minister Aurel Tarsi denied it.")
    ['Aurel Tarsi']
    """
    found: list[str] = []
    for start, end in sentences(text):
        said = text[start:end]
        words = parsed(said)
        for speaker in _speaking(words):
            first, last = _phrase(words, speaker)
            spoken = words[first : last + 1]
            if any(w.is_name for w in spoken):
                known = (n for n in capitalised(said[spoken[0].start : spoken[-1].end]) if folded(n) not in TITLES)
                found += [n for n in known if n not in found]
    return found


def unnamed_speaker(sentence: str) -> str:
    """Who is said to say something where it is nobody by name, in the sentence's words; "" for nobody, or a pronoun.

    >>> unnamed_speaker("Half of the voters said that they were angry."), unnamed_speaker("She said that it rained.")
    ('Half', '')
    """
    words = parsed(sentence)
    for speaker in _speaking(words):
        if words[speaker].tag in _NOUNS:
            first, last = _phrase(words, speaker)
            return sentence[words[first].start : words[last].end]
    return ""


def _speaking(words: tuple[Word, ...]) -> list[int]:
    """The words that name who speaks: subjects of verbs that report, and whom "according to" names."""
    found: list[int] = []
    for number, word in enumerate(words):
        below = dependents(words, number)
        if word.text.lower() == "according":
            found += [
                n for p in below if words[p].role == "prep" for n in dependents(words, p) if words[n].role == "pobj"
            ]
        if not word.tag.startswith("VB"):
            continue
        clause = word.role == "parataxis" or any(words[n].role in _CLAUSES for n in below)
        if not clause and word.text.lower() not in REPORTING:
            continue
        if any(words[n].role == "nsubjpass" for n in below):  # "it was confirmed by Roe"
            found += [
                n for a in below if words[a].role == "agent" for n in dependents(words, a) if words[n].role == "pobj"
            ]
            continue
        subjects = [n for n in below if words[n].role == "nsubj"]
        above = word
        while not subjects and above.role in _SAME_SUBJECT:  # "Roe stood up and said", "Roe left, saying"
            subjects = [n for n in dependents(words, above.head) if words[n].role == "nsubj"]
            above = words[above.head]
        found += subjects
    return found


def _phrase(words: tuple[Word, ...], number: int) -> tuple[int, int]:
    """The first and last word of the unbroken phrase around a word, without what is told besides."""

    def besides(word: Word) -> bool:
        # "Velmar's minister Aurel Tarsi": Tarsi speaks
        return (word.head == number and word.role in _ASIDE) or (word.role == "poss" and words[number].is_name)

    inside = phrase(words, number, besides)
    first = last = number
    while first - 1 in inside:
        first -= 1
    while last + 1 in inside:
        last += 1
    return first, last


def other_speaker(claim: str, evidence: str) -> str | None:
    """Whom `evidence` names as the speaker when `claim` names another; None when that is not so."""
    mine, theirs = speakers(claim), speakers(evidence)
    if not mine or not theirs or any(named(m, t) or named(t, m) for m in mine for t in theirs):
        return None
    return theirs[0]

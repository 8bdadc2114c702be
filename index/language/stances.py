"""What a text denies, what it says is still to come, and which way it says things go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .antonyms import NEGATIVE_PREFIXES, opposites
from .wordlists import word_set
from .words import IRREGULAR_VERBS, STOP_WORDS, WORD, plain, stem

_NEGATORS = word_set("negators")
_COMING = frozenset(["will", "would", "shall", "due", "may", "might", "could", "should"])
"""Words after which something is still to come, or may never."""
_COMING_WITH_TO = word_set("intentions")
_MARKS = re.compile(r"[.;:!?]|\bbut\b|\bwhile\b|\balthough\b")


@dataclass(frozen=True, slots=True)
class Stance:
    """How a word stands in a clause: denied, or still to come."""

    negated: bool
    coming: bool


def stances(text: str) -> dict[str, set[Stance]]:
    """Each meaning-carrying stem with the ways it stands in the text.

    >>> stances("He did not agree.")["agre"]
    {Stance(negated=True, coming=False)}
    """
    found: dict[str, set[Stance]] = {}
    for clause in _MARKS.split(text):
        words = [(plain(w), w) for w in WORD.findall(clause)]
        denies = any(_negates(w) for w, _ in words)
        # Only the first word after a "not" is surely denied; what else is said in its clause may be either.
        elsewhere = {False, True} if denies else {False}
        negated = coming = open_ended = False
        for n, (word, written) in enumerate(words):
            following = words[n + 1][0] if n + 1 < len(words) else ""
            if _negates(word) or (word in ("declined", "declines", "decline") and following == "to"):
                if word in _NEGATORS and stem(word) in _REFUSING:
                    _stand(found, word, {negated}, {coming})
                negated = True
            elif word in _COMING or (word in _COMING_WITH_TO and following == "to"):
                coming = True
                if word in _OPPOSABLE:  # "agreed to sign" says that somebody agreed
                    _stand(found, word, {True} if negated else elsewhere, {False})
                    negated = False
            elif word == "to" and n and words[n - 1][0] in ("is", "are", "was", "were"):
                coming = True  # "peace is to begin"
            elif word == "to":
                open_ended = not coming  # "voted 640 million to rebuild": done or not, the sentence does not say
            elif word not in STOP_WORDS and not written[0].isdigit() and not word.endswith("ly"):
                _stand(found, word, {True} if negated else elsewhere, {False, True} if open_ended else {coming})
                negated = coming = open_ended = False
    return found


def _negates(word: str) -> bool:
    return word in _NEGATORS or word.endswith("n't")


def _stand(found: dict[str, set[Stance]], word: str, negated: set[bool], coming: set[bool]) -> None:
    found.setdefault(stem(word), set()).update(Stance(n, c) for n in negated for c in coming)


_OPPOSABLE = frozenset(["agreed", "offered", "promised"])
_REFUSING = frozenset(stem(w) for w in ("denied", "refused", "rejected", "failed"))


def reversals(claim: str, evidence: str) -> list[str]:
    """What `claim` says the other way round than `evidence`, in words: a "not", a direction, done for still to come.

    >>> reversals("Shares rose 6.1 percent.", "Norrvind shares fell 6.1 percent.")
    ['the source says “fell” where this says “rose”']
    """
    return list(dict.fromkeys(r.reason for r in reversed_words(claim, evidence)))


@dataclass(frozen=True, slots=True)
class Reversal:
    """A word of a claim, as a stem, that the evidence turns round, and in words how."""

    stem: str
    reason: str


def reversed_words(claim: str, evidence: str) -> list[Reversal]:
    """The words of `claim` that `evidence` has the other way round."""
    said, held = stances(claim), stances(evidence)
    found = _opposed(claim, evidence, said, held)
    for word in sorted(said.keys() & held.keys()):
        mine, theirs = said[word], held[word]
        if {s.negated for s in mine}.isdisjoint({s.negated for s in theirs}):
            where, not_there = ("here", "in the source") if next(iter(mine)).negated else ("in the source", "here")
            found.append(Reversal(word, f"“{_form(word, claim)}” is denied {where} and not {not_there}"))
        elif {s.coming for s in mine}.isdisjoint({s.coming for s in theirs}) and _is_verb(word, claim, evidence):
            where, done = ("here", "in the source") if next(iter(mine)).coming else ("in the source", "here")
            found.append(Reversal(word, f"“{_form(word, claim)}” is still to come {where} and done {done}"))
    return found


def _opposed(claim: str, evidence: str, said: dict[str, set[Stance]], held: dict[str, set[Stance]]) -> list[Reversal]:
    found = []
    mine, theirs = _stems_with_stop_words(claim), _stems_with_stop_words(evidence)
    for pair in opposites():
        for one, other in (pair, pair[::-1]):
            up, down = mine.keys() & one, theirs.keys() & other
            # Opposite words agree when one of them is denied ("did not accept" for "refused").
            if up and down and not theirs.keys() & one and not mine.keys() & other:
                denied = any(s.negated for w in up for s in said.get(w, ())) != any(
                    s.negated for w in down for s in held.get(w, ())
                )
                if not denied:
                    found.append(_other_word(sorted(up)[0], mine, theirs[sorted(down)[0]]))
    for word in sorted(mine.keys() - theirs.keys()):
        for prefix in NEGATIVE_PREFIXES:
            turned = word.removeprefix(prefix) if word.startswith(prefix) else f"{prefix}{word}"
            if len(word) > 3 and len(turned) > 3 and turned in theirs and turned not in mine:
                found.append(_other_word(word, mine, theirs[turned]))
    return found


def _other_word(word: str, mine: dict[str, str], theirs: str) -> Reversal:
    return Reversal(word, f"the source says “{theirs}” where this says “{mine[word]}”")


def _stems_with_stop_words(text: str) -> dict[str, str]:
    return {stem(plain(w)): w for w in WORD.findall(text)}


def _form(stemmed: str, text: str) -> str:
    return next((w for w in WORD.findall(text) if stem(plain(w)) == stemmed), stemmed)


def _is_verb(stemmed: str, *texts: str) -> bool:
    """Whether a stem has the form of a verb somewhere: -ed, -ing or irregular."""
    forms = {plain(w) for t in texts for w in WORD.findall(t) if stem(plain(w)) == stemmed}
    return any(f.endswith(("ed", "ing")) or f in IRREGULAR_VERBS for f in forms)

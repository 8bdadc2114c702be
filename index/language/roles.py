"""Who does what to whom: names and numbers that have changed places."""

from __future__ import annotations

import re

from .names import folded, placed_names
from .numerals import in_digits
from .speakers import speakers
from .words import content_stems, stem

_CONNECTORS = frozenset(["to", "from", "than", "instead", "not", "by", "of", "against", "for", "in"])
"""Stop words that say how two names or numbers stand to each other."""


def swapped(claim: str, evidence: str) -> tuple[str, str] | None:
    """Two names or numbers that stand in `claim` the other way round than in `evidence`, around the same words.

    >>> swapped("Lindhaven beat Merrow.", "Merrow beat Lindhaven.")
    ('Lindhaven', 'Merrow')
    >>> swapped("Lindhaven was beaten by Merrow.", "Merrow beat Lindhaven.")
    """
    return _swapped_names(claim, evidence) or _swapped_numbers(claim, evidence)


def _swapped_names(claim: str, evidence: str) -> tuple[str, str] | None:
    speaking = {folded(w) for text in (claim, evidence) for name in speakers(text) for w in name.split()}
    placed = [p for p in placed_names(claim) if folded(p[0]) not in speaking]
    for n, (one, _, end) in enumerate(placed):
        for two, start, _ in placed[n + 1 :]:
            there, back = ([m.span() for m in re.finditer(rf"\b{re.escape(w)}\b", evidence)] for w in (two, one))
            if one == two or len(there) != 1 or len(back) != 1 or there[0][1] > back[0][0]:
                continue
            between, yonder = claim[end:start], evidence[there[0][1] : back[0][0]]
            mine, theirs = _connecting(between), _connecting(yonder)
            if not theirs or not mine or _passive(between) != _passive(yonder):
                continue
            if len(mine & theirs) / min(len(mine), len(theirs)) >= 0.5:
                return one, two
    return None


def _swapped_numbers(claim: str, evidence: str) -> tuple[str, str] | None:
    """Two numbers of which each stands between the words that the other stands between in the evidence."""
    mine, theirs = _surroundings(claim), _surroundings(evidence)
    both = [n for n in mine if n in theirs and mine[n] != theirs[n]]
    for k, one in enumerate(both):
        for two in both[k + 1 :]:
            if mine[one] == theirs[two] and mine[two] == theirs[one]:
                return one, two
    return None


def _surroundings(text: str) -> dict[str, tuple[str, str]]:
    """For each number that stands once: the connecting word before it and the stem of the word after it."""
    found: dict[str, tuple[str, str]] = {}
    words = re.findall(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+", in_digits(text))
    for n, word in enumerate(words):
        if word[0].isdigit():
            before = next((w.lower() for w in reversed(words[max(0, n - 2) : n]) if w.lower() in _CONNECTORS), "")
            after = stem(words[n + 1].lower()) if n + 1 < len(words) else ""
            found[word] = ("", "") if word in found else (before, after)
    return {word: around for word, around in found.items() if any(around)}


def _connecting(text: str) -> frozenset[str]:
    kept = {w.lower() for w in re.findall(r"[a-z]+", text.lower()) if w in _CONNECTORS}
    return content_stems(text) | frozenset(kept)


def _passive(text: str) -> bool:
    return bool(re.search(r"\bby\b(?: \w+){0,4} ?$", text))

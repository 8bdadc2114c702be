"""Whose words the sentences of a text are: over quotations that go on, and over "she said".

A sentence that names who speaks is that speaker's, with the sentences of the quotation that it ends. One that only goes
on, in quotation marks or with a pronoun that speaks, is the last one's who was named, as reports are written: the name
once, then the pronoun.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .names import CAPITALISED, OPENERS
from .parsing import parsed
from .sentences import Span, sentences
from .speakers import speakers, unnamed_speaker
from .words import REPORTING, REPORTING_VERB

_MARK = re.compile(r"[“”\"]")
_NAME = rf"{CAPITALISED}(?: {CAPITALISED})*"
_BESIDE = re.compile(
    rf"(?<![\w’'“\"-])(?P<before>{_NAME})(?:,[^,“”\"]{{3,80}},)? (?:has |have |had |also |later |then )?(?:{REPORTING_VERB})\b"
    rf"|[,”\"] (?:{REPORTING_VERB}) (?P<after>{_NAME})"
)
_NOWHERE = (0, 0)
_PRONOUNS = frozenset(["he", "she", "they", "who"])
_GOES_ON = 4
"""Sentences after which who was named last is not meant any more."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """The characters `start:end` of a text, a sentence, and whose words it is; `by` is "" where nobody's. `named` is the
    sentence that names the speaker: itself, one before, or the one that ends its quotation; (0, 0) where nobody's."""

    start: int
    end: int
    by: str
    named: Span


def attributed(text: str) -> list[Attributed]:
    """Every sentence of a text.

    >>> text = "“It rained,” Ana Roe said. “It poured.” Nobody came. She added that it was cold."
    >>> [a.by for a in attributed(text)]
    ['Ana Roe', 'Ana Roe', '', 'Ana Roe']
    """
    found: list[Attributed] = []
    by, named, since, inside = "", _NOWHERE, 0, False
    opened = 0  # the sentence that opened the quotation, where one is open
    for start, end in sentences(text):
        said = text[start:end]
        marks = _MARK.findall(said)
        within, quoted = inside, inside or bool(marks)
        inside = _left_open(marks, inside)
        since += 1
        speaker = next(iter(speakers(said) or _beside_a_verb(said)), "")
        goes_on = bool(by) and since <= _GOES_ON
        if not speaker and not (goes_on and _pronoun_speaks(said)):
            speaker, goes_on = unnamed_speaker(said), goes_on and quoted
        if speaker:
            by, named = speaker, (start, end)
            # “It rained. It poured,” Roe said: who is named at the end of a quotation spoke from its beginning.
            if within and found[opened].named != (found[opened].start, found[opened].end):
                found[opened:] = [replace(a, by=by, named=named) for a in found[opened:]]
        if speaker or goes_on:
            since = 0
            found.append(Attributed(start, end, by, named))
        else:
            found.append(Attributed(start, end, "", _NOWHERE))
        if inside and (not within or len(marks) > 1):
            opened = len(found) - 1
    return found


def _beside_a_verb(sentence: str) -> list[str]:
    """A name right before or after a verb of saying, where the parse does not see who speaks."""
    found = (m["before"] or m["after"] for m in _BESIDE.finditer(sentence))
    return [name for name in found if name.lower() not in OPENERS]


def _left_open(marks: list[str], inside: bool) -> bool:
    """Whether a quotation is open after these marks; straight ones open and close in turn."""
    for mark in marks:
        inside = mark == "“" if mark in "“”" else not inside
    return inside


def _pronoun_speaks(sentence: str) -> bool:
    words = parsed(sentence)
    return any(
        w.role == "nsubj" and w.text.lower() in _PRONOUNS and words[w.head].text.lower() in REPORTING for w in words
    )

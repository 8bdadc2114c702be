"""Who "he" or "she" is in a quoted sentence, when the sentence before leaves no doubt.

A reader who sees one sentence sees a pronoun without its name. The name is put in brackets behind the
pronoun for display; the citation stays verbatim. Certain means: the sentence opens with the pronoun
and the sentence before it, in the same paragraph, names exactly one person, as the one who speaks or
acts first. Anything less is left alone: a wrong name is worse than none.
"""

from __future__ import annotations

import re

from .moments import MONTHS, WEEKDAYS
from .wordlists import entries
from .words import REPORTING_VERB

SUBJECTS = ("he", "she", "they")
OBJECTS = ("him", "them")
POSSESSIVES = ("his", "their", "its")
"""Without "her", which is an object as well."""
_PRONOUN = re.compile(r"^(?:[\"“'‘]?)(He|She)\b(?!\s*\[)")
_PERSON_BEFORE = re.compile(r"\b(?:he|she|his|her|him)\b")
_TITLE = "|".join(rf"{re.escape(t[0])}{re.escape(t[1:])}" for t in sorted(entries("titles"), key=len, reverse=True))
_PERSON = re.compile(
    rf"\b(?:(?:(?i:{_TITLE}) )+)?"
    r"([A-Z][\w'’-]+(?: (?:[A-Z]\.|von|van|der|de|al|bin))*(?: [A-Z][\w'’-]+)+)"
)
_NOT_PEOPLE = re.compile(rf"\b(?:{'|'.join((*entries('institutions'), *MONTHS, *WEEKDAYS))})\b")
_ACTS = re.compile(rf"^[^.;]{{0,80}}?\b(?:{REPORTING_VERB}|met|was|is|had|has|won|found|signed|resigned)\b")


def resolved(sentence: str, before: str) -> str:
    """`sentence` with the name in brackets behind its opening pronoun, or unchanged.

    >>> resolved("He denied it.", "Aurel Tarsi met Linnea Croft.")
    'He denied it.'
    >>> resolved("She said 260 were safe.", "Rescue chief Bodil Arne told reporters that the water was falling.")
    'She [Bodil Arne] said 260 were safe.'
    """
    match = _PRONOUN.match(sentence)
    if not match or not before:
        return sentence
    named = {m[1] for m in _PERSON.finditer(before)}
    if len(named) != 1 or _NOT_PEOPLE.search(name := next(iter(named))):
        return sentence
    rest = before[before.index(name) + len(name) :]
    if not _ACTS.match(rest) or _PERSON_BEFORE.search(before):
        return sentence
    end = match.end(1)
    return f"{sentence[:end]} [{name}]{sentence[end:]}"

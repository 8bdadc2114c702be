"""Who is said to say something."""

from __future__ import annotations

import re

from .names import CAPITALISED, PARTICLE, TITLES, folded, named, names
from .words import REPORTING_VERB

_SPEAKER = re.compile(
    rf"(?P<before>{CAPITALISED}(?: (?:{PARTICLE} )*{CAPITALISED})*(?:, [^,.“”\"]{{2,60}},|,)?) (?:{REPORTING_VERB})\b"
    rf"|\b(?:{REPORTING_VERB}) (?:[a-z][\w-]* ){{0,4}}(?P<after>{CAPITALISED}(?: {CAPITALISED})+)"
    rf"|[Aa]ccording to (?:[a-z'’\w-]+ ){{0,4}}?(?P<according>{CAPITALISED}(?: (?:{PARTICLE} )*{CAPITALISED})*)"
)


def speakers(text: str) -> list[str]:
    """Who is said to say something, by name.

    >>> speakers("The gates were open, its director Casimir Roe said. Henrike Lund, the governor, denied it.")
    ['Casimir Roe', 'Henrike Lund']
    """
    found = []
    for match in _SPEAKER.finditer(text):
        written = match["before"] or match["after"] or match["according"]
        for name in names(written):
            if folded(name) not in TITLES and name not in found:
                found.append(name)
    return found


def other_speaker(claim: str, evidence: str) -> str | None:
    """Whom `evidence` names as the speaker when `claim` names another; None when that is not so."""
    mine, theirs = speakers(claim), speakers(evidence)
    if not mine or not theirs or any(named(m, t) or named(t, m) for m in mine for t in theirs):
        return None
    return theirs[0]

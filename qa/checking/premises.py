"""What a question takes for granted, and the sentence of the sources that denies it.

"Why did Roe resign?" takes for granted that Roe resigned. Where the sentences that come nearest to an answer say that he did
not, that he declined to, or that it was the other way round, and none says that he did, the question has no answer, and what
denies it is the answer that helps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.events import Event, asserts, contradicts, events

CONSIDERED = 12
"""Sentences, best first, that may deny what is taken for granted."""
_TAKES_FOR_GRANTED = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:why|how|when|where)\b(?! (?:many|much|long|old|far|often|tall|big|likely)\b)",
    re.IGNORECASE,
)
_SAYS_LITTLE = frozenset(["be", "have", "do", "get", "go", "make", "take", "come", "say", "happen", "manag"])
"""Verbs by which no event is told from others."""


def premise(question: str) -> Event | None:
    """The event that a question after its cause, manner, time or place takes for granted.

    >>> premise("How did Tesla manage to outsell BYD?").verb, premise("Who outsold BYD?")
    ('outsel', None)
    """
    if not _TAKES_FOR_GRANTED.match(question):
        return None
    told = [e for e in events(question) if e.subject and e.verb not in _SAYS_LITTLE]
    return next((e for e in told if e.obj), told[0] if told else None)


def denied_by(question: str, sentences: Sequence[tuple[str, str]]) -> list[int]:
    """The numbers of those of `sentences`, best first, each with the text around it, that deny what `question` takes for
    granted; none where one of them says that it is so."""
    taken = premise(question)
    if taken is None:
        return []
    denying = []
    for number, (sentence, around) in enumerate(sentences[:CONSIDERED]):
        told = events(sentence)
        if any(asserts(e, taken) for e in told):
            return []
        if any(contradicts(e, taken, around) for e in told):
            denying.append(number)
    return denying

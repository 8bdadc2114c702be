"""Whether a sentence states anything at all."""

from __future__ import annotations

import re

from .quotations import QUOTATION
from .wordlists import entries

_ORDER = re.compile(
    r"^\W*(?:please |now |then |also |kindly |in (?:your|the|this) (?:answer|response|reply),? )*"
    rf"(?:{'|'.join(entries('order_verbs'))})(?! (?:said|was|is|were|has|had|of|that|which|who)\b)\b",
    re.IGNORECASE,
)


_COLOPHON = re.compile(
    r"^\W*(?:(?:additional |further )?reporting (?:by|from)\b|(?:writing|written|editing|edited|compiled|retold|photos?|photographs?|graphics?) by\b"
    r"|contributing(?: to this (?:report|story|article))?\s*:|(?:sources?|origin|editors?['’]? note|read more|see also|our standards)\s*:)",
    re.IGNORECASE,
)


def is_colophon(sentence: str) -> bool:
    """Whether a sentence says who made a report, or where it is from: no part of what it reports.

    >>> is_colophon("Reporting by Ann Roe; editing by Bob Doe."), is_colophon("Ann Roe reported it.")
    (True, False)
    """
    return _COLOPHON.match(sentence) is not None


def no_statement(sentence: str) -> bool:
    """Whether a sentence asks or orders instead of stating: nothing an answer may consist of.

    >>> no_statement("Explain the theory of relativity."), no_statement("He explained it."), no_statement("Why?")
    (True, False, True)
    """
    outside = QUOTATION.sub("", sentence).strip()
    return outside.endswith("?") or bool(_ORDER.match(sentence))

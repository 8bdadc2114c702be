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


def no_statement(sentence: str) -> bool:
    """Whether a sentence asks or orders instead of stating: nothing an answer may consist of.

    >>> no_statement("Explain the theory of relativity."), no_statement("He explained it."), no_statement("Why?")
    (True, False, True)
    """
    outside = QUOTATION.sub("", sentence).strip()
    return outside.endswith("?") or bool(_ORDER.match(sentence))

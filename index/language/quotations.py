"""What must stand in a source word for word: quotations and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

QUOTATION = re.compile(r"[\"“]([^\"“”]{3,400})[\"”]")


def false_quotations(sentence: str, texts: Iterable[str]) -> list[str]:
    """Strings in quotation marks that stand in none of the texts, word for word."""
    quoted = [m[1] for m in QUOTATION.finditer(sentence)]
    if not quoted:
        return []
    sources = [_even(t) for t in texts]
    return [q for q in quoted if not any(_even(q).strip(" .,;:!?") in s for s in sources)]


def _even(text: str) -> str:
    return " ".join(text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'").lower().split())


_ADDRESS = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|net|org|io|xyz|ru|info|co|site|app)\b\S*"
)


def missing_addresses(sentence: str, evidence: str) -> list[str]:
    """Web and mail addresses of a sentence that the evidence does not have."""
    return [m[0].rstrip(".,;)") for m in _ADDRESS.finditer(sentence) if m[0].rstrip(".,;)") not in evidence]

"""The title of a document: what its properties state, or the first line of its text."""

from __future__ import annotations

import re

_TITLE_CHARS = 140
"""A first line longer than this is the first sentence. Headlines in the sample corpora stay under 120."""


_PLACEHOLDER = re.compile(
    r"(?:untitled|document|word document|presentation|powerpoint presentation)\s*\d*"
    r"|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|pptx?|xlsx?|odt|rtf|pdf|indd|qxd|pages)",
    re.IGNORECASE,
)
"""What programs write into a file's properties when nobody has given it a title."""


def stated_title(title: str | None) -> str:
    """The title in a file's properties, or "" when it is only what the program put there."""
    title = (title or "").strip()
    return "" if _PLACEHOLDER.fullmatch(title) else title


def title_of(text: str) -> str:
    """The first line when it stands like a title (short, two words or more, no full stop, text below), else ""."""
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip().lstrip("#").strip()
    stands = 0 < len(first) <= _TITLE_CHARS and not re.search(r"[.!?;:]$", first) and len(first.split()) >= 2
    return first if stands and rest.strip() else ""

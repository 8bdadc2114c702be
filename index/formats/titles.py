"""The title of a text that states none."""

from __future__ import annotations

import re

_TITLE_CHARS = 140
"""A first line longer than this is the first sentence. Headlines in the sample corpora stay under 120."""


def title_of(text: str) -> str:
    """The first line when it stands like a title (short, two words or more, no full stop, text below), else ""."""
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip().lstrip("#").strip()
    stands = 0 < len(first) <= _TITLE_CHARS and not re.search(r"[.!?;:]$", first) and len(first.split()) >= 2
    return first if stands and rest.strip() else ""

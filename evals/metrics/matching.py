"""How a known answer is looked for in a text."""

from __future__ import annotations

import re
import unicodedata


def normalised(text: str) -> str:
    """Lower case, plain quotes, single spaces, no thousands separators: how answers are compared.

    >>> normalised("“1,200  Crowns”")
    '"1200 crowns"'
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text).split())


def occurs(answer: str, text: str) -> bool:
    """Whether a known answer stands in a text as whole words.

    >>> occurs("17", "There were 175 of them."), occurs("Geneva", "They met in geneva.")
    (False, True)
    """
    return re.search(rf"(?<!\w){re.escape(normalised(answer))}(?!\w)", normalised(text)) is not None

"""How data sets are split, the same on every machine and in every run: by a hash of what must not be on both sides."""

from __future__ import annotations

import hashlib


def hashed(text: str) -> int:
    """A number that a text has on every machine and in every run: what it is split and ordered by."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def in_development(title: str) -> bool:
    """A tenth of the articles, chosen by the hash of the title: the reader was never trained on them."""
    return hashed(title) % 10 == 0


def in_first_half(title: str) -> bool:
    """Half of the articles, independent of `in_development`: what is fitted or chosen on them is tested on the others."""
    return hashed(title) // 10 % 2 == 0

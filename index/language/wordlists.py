"""The word lists of `resources`: one a file, read once.

The first line of a file says what its words are and where they are from; every other line is an entry.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "resources"


@cache
def entries(name: str) -> tuple[str, ...]:
    """The lines of `resources/<name>.txt` in their order, without the first. Raises FileNotFoundError for another name.

    >>> entries("weekdays")[:2]
    ('Monday', 'Tuesday')
    """
    return tuple(line.strip() for line in (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()[1:] if line.strip())


def word_set(name: str) -> frozenset[str]:
    """All words of a list whose entries are words or forms of one word.

    >>> "thursday" in word_set("weekdays"), "Thursday" in word_set("weekdays")
    (False, True)
    """
    return frozenset(word for entry in entries(name) for word in entry.split())

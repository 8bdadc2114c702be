"""File names as people read them."""

from __future__ import annotations

import os
import re

_UNREADABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def readable(path: str | bytes) -> str:
    r"""A path as people can read it and every store can hold it.

    Bytes that are not UTF-8 (in a string lone surrogates, as `os.fsdecode` makes them) and control characters are
    escaped.

    >>> readable(b"caf\xe9.txt"), readable("caf\udce9.txt")
    ('caf\\xe9.txt', 'caf\\xe9.txt')
    """
    return _UNREADABLE.sub(lambda found: _escaped(ord(found[0])), os.fsdecode(path))


def _escaped(code: int) -> str:
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: an undecodable byte of a file name
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"

from __future__ import annotations

from index.paths import readable


def test_a_name_is_readable() -> None:
    assert readable("caf\udce9 \ud83d\n.txt") == r"caf\xe9 \ud83d\x0a.txt"
    assert readable("café – 2.txt") == "café – 2.txt"
    assert readable(b"caf\xe9.txt") == readable("caf\udce9.txt")

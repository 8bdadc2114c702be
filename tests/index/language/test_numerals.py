from __future__ import annotations

import pytest

from index.language.numerals import digits, in_digits


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("a dozen boats", "12 boats"),
        ("a thousand nights", "1000 nights"),
        ("one of them waited a second", "one of them waited a second"),
        ("43 billion", "43 billion"),
    ],
)
def test_words_become_digits_where_they_are_numbers(written: str, counted: str) -> None:
    assert in_digits(written) == counted


def test_digits_lose_their_ornaments() -> None:
    assert [digits(n) for n in ("1,200", "3.50", "5.", "1.2.3")] == ["1200", "3.5", "5", "1.2.3"]

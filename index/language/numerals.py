"""Numbers as they are written: words to digits, digits without ornaments.

Words become digits through text2num, which is maintained, MIT licensed and knows eight languages.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LEFT_AS_WORDS = re.compile(
    r"\b(?:seconds?|one|first|oh|o)\b(?![ -](?:hundred|thousand|million|billion))"
    r"|(?<=\d[ -])(?:hundred|thousand|million|billion|trillion)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def in_digits(text: str) -> str:
    """The text with numbers written in words turned into digits.

    >>> in_digits("One hundred and seventy-five people in two boats.")
    '175 people in 2 boats.'
    """
    from text_to_num import alpha2digit

    # "second" is a span of time as often as a place, "one" a pronoun as often as a number; and after digits a scale
    # word is read with them. A private-use character keeps the library from seeing those words.
    kept = _LEFT_AS_WORDS.sub(lambda m: f"{m[0][0]}\ue000{m[0][1:]}", text)
    kept = re.sub(r"\b(?:a )?dozen\b", "12", kept, flags=re.IGNORECASE)
    kept = re.sub(r"\ba (hundred|thousand|million|billion)\b", r"one \1", kept, flags=re.IGNORECASE)
    return str(alpha2digit(kept, "en", threshold=0)).replace("\ue000", "")


def value(words: str) -> int:
    """What a number written in words is. Raises ValueError for anything else.

    >>> value("ninety-one")
    91
    """
    from text_to_num import text2num

    return int(text2num(words.lower(), "en"))


def digits(written: str) -> str:
    """A number in digits without thousands separators and needless zeros.

    >>> digits("1,200"), digits("3.50"), digits("5.")
    ('1200', '3.5', '5')
    """
    number = written.rstrip(".,").replace(",", "")
    return number.rstrip("0").rstrip(".") if number.count(".") == 1 else number

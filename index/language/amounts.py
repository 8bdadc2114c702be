"""Numbers of a text, normalised, and whether another text has them.

"One hundred and seventy-five", "175" and "175.0" are one number, "$43 bn" and "43 billion dollars" one
amount. What is a date or a time of day is not counted (`moments`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .moments import dated
from .numerals import digits, in_digits

_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "tn": 1e12, "trn": 1e12,
}  # fmt: skip
_UNITS = {
    "%": "%", "percent": "%", "per cent": "%", "pct": "%", "$": "$", "us$": "$", "dollar": "$", "dollars": "$",
    "€": "€", "euro": "€", "euros": "€", "eur": "€", "usd": "$", "£": "£", "pound": "£", "pounds": "£", "gbp": "£",
    "¥": "¥", "yen": "¥",
}  # fmt: skip
_AMOUNT = re.compile(
    r"(?P<hedge>\b(?:about|around|some|nearly|almost|roughly|approximately|close to|more than|over|at least|"
    r"less than|fewer than|under|below|above|up to|the(?= [23] ))\s+)?"
    r"(?P<sign>(?:US)?[$€£¥]\s?)?(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<ordinal>st|nd|rd|th)?"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|mln|bn|tn|trn|mn|[mkb](?![a-z])))?"
    r"(?:\s?(?P<unit>%|percent\b|per cent\b|pct\b|dollars?\b|euros?\b|pounds?\b|yen\b|USD\b|EUR\b|GBP\b))?",
    re.IGNORECASE,
)
_ABOUT = frozenset(["about", "around", "some", "nearly", "almost", "roughly", "approximately", "close to"])
_ABOVE = frozenset(["more than", "over", "at least", "above"])


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit ("%", a currency sign, "th" for an ordinal, or "") and the hedge before it, if any."""

    value: float
    unit: str = ""
    hedge: str = ""
    written: str = ""


@lru_cache(maxsize=4096)
def amounts(text: str) -> tuple[Amount, ...]:
    """The numbers of a text that are no day or time of day, in order; years are among them.

    >>> [(a.value, a.unit) for a in amounts("$43 bn, 43 billion dollars and five percent")]
    [(43000000000.0, '$'), (43000000000.0, '$'), (5.0, '%')]
    """
    found, counted = dated(text), []
    for m in _AMOUNT.finditer(in_digits(found.rest)):
        value = float(m["number"].replace(",", "")) * _SCALES.get((m["scale"] or "").lower(), 1.0)
        sign = (m["sign"] or m["unit"] or "").strip().lower()
        unit = "th" if m["ordinal"] else _UNITS.get(sign, "")
        counted.append(Amount(value, unit, (m["hedge"] or "").strip().lower(), m[0].strip()))
    return (*counted, *(Amount(float(y), written=y) for y in found.years))


def missing_amounts(claim: str, evidence: str) -> list[str]:
    """The numbers of `claim`, as written, that `evidence` does not have; hedged and rounded ones may be near.

    >>> missing_amounts("More than 38,000 cars and 40 trucks.", "38,200 cars")
    ['40']
    """
    held = amounts(evidence)
    return [
        a.written
        for a in amounts(claim)
        # "the two countries" counts what was named, which need not be counted in the text
        if not any(_same(a, b) for b in held) and not (a.value <= 3 and a.hedge == "the")
    ]


def _same(claimed: Amount, held: Amount) -> bool:
    if claimed.unit and held.unit and claimed.unit != held.unit:
        return False
    a, b = claimed.value, held.value
    if a == b:
        return True
    if (claimed.unit == "th") != (held.unit == "th"):
        return False
    if claimed.hedge in _ABOUT:  # "about 40,000" is 38,500 rounded to as many places
        places = len(f"{a:.12g}".replace(".", "").strip("0")) if a < 1e12 else 3
        return float(f"{b:.{places}g}") == a
    if claimed.hedge == "the":
        return False
    if claimed.hedge in _ABOVE:
        return a <= b <= 1.1 * a
    if claimed.hedge:
        return 0.9 * a <= b <= a
    # "1.9 billion" for 1,871 million: rounded to two or three places, when a scale word says that it is rounded.
    places = len(re.sub(r"\D", "", digits(re.sub(r"[^\d.,]", "", claimed.written))))
    return bool(re.search(r"[a-z]", claimed.written.lower())) and places >= 2 and float(f"{b:.{places}g}") == a

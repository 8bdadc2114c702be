"""How far a span supports a sentence, without a model: shared words, and numbers and quotations that must agree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from index.keyword import STOP_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d,.]*\d|\d")
_QUOTATION = re.compile(r"[\"“]([^\"“”]{3,400})[\"”]")
_REPORTING = frozenset(
    [
        "say",
        "said",
        "says",
        "saying",
        "tell",
        "told",
        "add",
        "added",
        "report",
        "reported",
        "accord",
        "state",
        "stated",
        "also",
    ]
)


@lru_cache(maxsize=20000)
def _stem(word: str) -> str:
    import snowballstemmer

    return str(snowballstemmer.stemmer("english").stemWord(word))


def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning, and the numbers, of a text.

    >>> sorted(content_stems("The ministers said 1,200 were freed."))
    ['1200', 'freed', 'minist']
    """
    found = set()
    for word in _WORD.findall(text):
        lowered = word.lower().replace("’", "'").removesuffix("'s")
        if lowered[0].isdigit():
            found.add(_number(lowered))
        elif lowered not in STOP_WORDS and lowered not in _REPORTING and len(lowered) > 1:
            found.add(_stem(lowered))
    return frozenset(found)


def numbers(text: str) -> frozenset[str]:
    """The numbers written in digits, without thousands separators.

    >>> sorted(numbers("On June 5 about 1,200 of 3.50 left."))
    ['1200', '3.5', '5']
    """
    return frozenset(_number(w) for w in _WORD.findall(text) if w[0].isdigit())


def _number(written: str) -> str:
    plain = written.rstrip(".,").replace(",", "")
    return plain.rstrip("0").rstrip(".") if plain.count(".") == 1 else plain


def support(sentence: str, span: str) -> float:
    """The share of the sentence's meaning-carrying stems that the span has, in 0..1; numbers count three times.

    >>> support("The call lasted two hours.", "Officials said the call had lasted more than two hours.")
    1.0
    """
    wanted = content_stems(sentence)
    if not wanted:
        return 0.0
    held = content_stems(span)
    weight = {stem: 3.0 if stem[0].isdigit() else 1.0 for stem in wanted}
    return sum(weight[s] for s in wanted & held) / sum(weight.values())


def false_quotations(sentence: str, texts: Iterable[str]) -> list[str]:
    """Strings in quotation marks that stand in none of the texts, word for word."""
    quoted = [m[1] for m in _QUOTATION.finditer(sentence)]
    if not quoted:
        return []
    sources = [_plain(t) for t in texts]
    return [q for q in quoted if not any(_plain(q).strip(" .,;:!?") in s for s in sources)]


def _plain(text: str) -> str:
    return " ".join(text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'").lower().split())

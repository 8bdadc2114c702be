"""Questions that weigh two things against each other: "Which cut more jobs, A or B?", asked of each by itself.

What is compared is read off the comparative, by its tag in a parse: "more jobs" is how many jobs, "older" is how old.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language.parsing import Word, parsed

_SEPARATED = re.compile(r"^\W*(?P<frame>.+?)\s*[,:–—]\s+(?P<a>[^,:]+?),? or (?P<b>[^,:]+?)\W*$")
_PREPOSED = re.compile(
    r"^\W*(?P<frame>.+?) (?P<a>(?P<prep>in|at|on|for|by|from|to|with|during|after|before|under) [^,:]+?),? or (?P<b>(?P=prep) [^,:]+?)\W*$",
    re.IGNORECASE,
)
_AFTER_THE_VERB = re.compile(
    r"^\W*(?P<aux>is|are|was|were|did|does|do|has|have|had) (?P<a>[^,:]+?) or (?P<rest>.+?)\W*$", re.IGNORECASE
)
_TOLD_APART = re.compile(r"(?P<name>.+?) (?P<further>(?:in|at|on|for|by|from|to|with|during|after|before|under) .+)$")
_GRADES = ("JJR", "RBR", "JJS", "RBS")
_COUNTED = frozenset(["more", "fewer", "less", "most", "fewest", "least"])
LOWER = frozenset(
    """fewer fewest less least lower lowest smaller smallest younger youngest shorter shortest cheaper cheapest slower slowest narrower
    narrowest lighter lightest weaker weakest nearer nearest closer closest thinner thinnest poorer poorest""".split()
)
"""Comparatives of which the smaller amount is meant."""
_BE = frozenset(["is", "are", "was", "were", "be", "been"])
_DO = frozenset(["did", "does", "do"])
_IRREGULAR = {"better": "good", "best": "good", "worse": "bad", "worst": "bad", "further": "far", "farther": "far"}


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The question asked of each side, the sides, and the comparative ("more", "older")."""

    parts: tuple[str, str]
    sides: tuple[str, str]
    comparative: str


def alternatives(question: str) -> Alternatives | None:
    """The two sides of a question that weighs them; None for any other.

    >>> alternatives("Which cut more jobs: Norrvind in January or Telkars in March?").parts
    ('How many jobs Norrvind cut in January?', 'How many jobs Telkars cut in March?')
    >>> alternatives("Who was older when he died, Ivo Roe or Max Lund?").parts
    ('How old was Ivo Roe when he died?', 'How old was Max Lund when he died?')
    """
    if " or " not in question:
        return None
    found = _after_the_verb(question)
    if found is None and (m := _SEPARATED.match(question) or _PREPOSED.match(question)):
        found = m["frame"], (m["a"].strip(), m["b"].strip()), False
    if found is None:
        return None
    frame, sides, before = found
    words = parsed(frame)
    at = next((n for n, w in enumerate(words) if w.tag in _GRADES or w.text.lower() in _COUNTED), None)
    if at is None:
        return None
    measure, end = _measure(words, at)
    start = at - 1 if at and words[at - 1].text.lower() == "the" else at
    kept = [w.text for w in (*words[:start], *words[end:])]
    asked = [_asked(kept, measure, side, side_first=before) for side in sides]
    if asked[0] is None or asked[1] is None:
        return None
    return Alternatives((asked[0], asked[1]), sides, words[at].text.lower())


def _after_the_verb(question: str) -> tuple[str, tuple[str, str], bool] | None:
    """The frame and the sides of "Is A or B older?" and "Did A or B win more medals?"; None for any other."""
    m = _AFTER_THE_VERB.match(question)
    if m is None:
        return None
    rest = parsed(m["rest"])
    of_be = m["aux"].lower() in _BE
    at = next((w.start for w in rest[1:] if w.tag in _GRADES or (not of_be and w.is_verb)), None)
    if (
        at is None
        or not any(w.tag in _GRADES for w in rest)
        or re.match(r"(?:in|at|on|for|by|from|to|with)\b", m["rest"])
    ):
        return None
    return f"{m['aux']} {m['rest'][at:]}", (m["a"].strip(), m["rest"][:at].strip()), True


def _measure(words: tuple[Word, ...], at: int) -> tuple[str, int]:
    """What is asked of each side, and the number of the first word after the comparative and what it compares."""
    low = words[at].text.lower()
    if low not in _COUNTED:
        return f"How {_positive(low)}", at + 1
    end = at + 1
    while end < len(words) and words[end].tag in ("JJ", "RB", "NN", "NNS", "NNP", "NNPS", "CD"):
        end += 1
    what = words[at + 1 : end]
    if what and all(w.tag in ("JJ", "RB") for w in what):
        return "How " + " ".join(w.text for w in what), end
    many = not what or what[-1].tag in ("NNS", "NNPS") or low in ("fewer", "fewest")
    return " ".join(["How many" if many and what else "How much", *(w.text for w in what)]), end


def _positive(comparative: str) -> str:
    """The adjective of a comparative or superlative, as near as its spelling tells.

    >>> [_positive(w) for w in ("older", "bigger", "heavier", "larger", "worse")]
    ['old', 'big', 'heavy', 'large', 'bad']
    """
    if comparative in _IRREGULAR:
        return _IRREGULAR[comparative]
    bare = re.sub(r"(?:er|est)$", "", comparative)
    if bare.endswith("i"):
        return bare[:-1] + "y"
    if re.search(r"([bdgmnpt])\1$", bare):
        return bare[:-1]
    return bare + "e" if re.search(r"(?:[rv]g|id|ud|fr|[aeiou][cs]|rc|ns|af|ur|ar|le)$", bare) else bare


def _asked(kept: list[str], measure: str, side: str, *, side_first: bool) -> str | None:
    """The question of one side: `kept` are the words of the frame without the comparative."""
    if not kept:
        return None
    first, rest = kept[0].lower(), kept[1:]
    if first == "whose":
        owned, verb = " ".join(rest[:-1]), " ".join(rest[-1:])
        if not owned:
            return None
        whole = (
            re.sub(r"(['’]s?)\b", rf"\1 {owned}", side, count=1) if re.search(r"['’]", side) else f"{side}'s {owned}"
        )
        return f"{measure} {verb} {whole}?"
    if first in ("which", "who", "what"):
        place = next((n for n, word in enumerate(rest) if word.lower() in _BE), None)
        if place is not None:
            return _joined(measure, rest[place], side, *rest[place + 1 :])
        if rest and first != "who" and len(rest) > 1 and parsed(" ".join(rest))[0].tag in ("NN", "NNS"):
            rest = rest[1:]  # "which company cut …"
        name, further = _apart(side)
        return _joined(measure, name, *rest, further)
    helping = [] if first in _DO else [first]
    return _joined(measure, *helping, *((side, *rest) if side_first else (*rest, side)))


def _apart(side: str) -> tuple[str, str]:
    """A side and what tells it apart, which stands behind the verb.

    >>> _apart("Norrvind in January"), _apart("the port of Merrow")
    (('Norrvind', 'in January'), ('the port of Merrow', ''))
    """
    m = _TOLD_APART.match(side)
    return (m["name"], m["further"]) if m else (side, "")


def _joined(*words: str) -> str:
    return " ".join(w for w in words if w) + "?"

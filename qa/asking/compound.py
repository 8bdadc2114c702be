"""Questions with two parts: taken apart, to be asked one by one.

"When was it stolen and when was it found?" has two parts. "How many days lay between A and B?", "Which came
first, A or B?" and "How much more did A cost than B?" have two parts and a sum on top: the dates or amounts
are read off the quoted sentences and reckoned with in `writing/reckoning.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from index.language.parsing import parsed
from index.language.pronouns import OBJECTS, SUBJECTS
from index.language.words import ANY_REPORTING

from ..answers import Turn
from .alternatives import alternatives
from .rewrite import stand_alone

Kind = Literal["each", "first", "span", "difference", "sum", "more"]

_WH = r"(?:when|where|who|whom|what|which|why|how(?: (?:many|much|long|old|far|fast|often|high))?)"
_AND = re.compile(rf",? and (?P<second>(?:(?:in|on|at|by|for|with|from|to) )?{_WH}\b.+)$", re.IGNORECASE)
_FIRST = re.compile(
    r"^\W*(?:which|what|who)\b(?P<ask>.*?)\b(?:first|earlier|before the other|sooner|later|last)\b[\s,:]*(?P<a>.+?),? or (?P<b>.+?)\W*$",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^\W*(?:did|was|were|has|had) (?P<a>.+?),? (?:happen |take place |come |occur )?(?:before|after|earlier than|later than) (?:or (?:before|after) )?(?P<b>.+?)\W*$",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|shortly|soon|long|right|just)$", re.IGNORECASE
)
"""What makes of "three days after his arrest" a time and no question of which came first."""
_SPAN = re.compile(
    r"^\W*(?:how (?:many (?P<unit>minutes|hours|days|weeks|months|years)|long|much time)\b.*?)\b(?:between (?P<a>.+?) and (?P<b>.+?)"
    r"|(?:after|from) (?P<c>.+?)(?: (?:until|till|to) |,? (?:did|was|were) )(?P<d>.+?)|before (?P<e>.+?) (?:did|was|were) (?P<f>.+?))\W*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^\W*(?P<ask>(?:by )?how (?:much|many)) (?:more|fewer|less|higher|lower|larger|bigger|smaller|longer|older|faster)\b\s*(?P<what>.*?)"
    r"\bthan (?P<b>.+?)\W*$|^\W*(?:what (?:is|was)|give) the difference between (?P<c>.+?) and (?P<d>.+?)\W*$",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"^\W*(?P<ask>[Hh]ow (?:many|much)\b.*? (?:in|for|from|at|of|by|to|did|does|do|is|are|was|were|has|have)) (?P<a>(?:the )?[A-Z][\w' -]*?)"
    r" and (?P<b>(?:the )?[A-Z][\w' -]*?)(?P<rest>(?: [a-z][\w-]*)*?),? (?:together|in total|combined|altogether|in all)\W*$"
)
_SIDES = re.compile(
    r"^\W*(?:[Ww]hat|[Hh]ow) (?P<verb>do|did|does|have|has) (?P<a>(?:the )?[A-Z][\w' -]+?) and (?P<b>(?:the )?[A-Z][\w' -]+?) "
    rf"(?P<rest>(?:{ANY_REPORTING}|think|want|wanted|demand|demanded|propose|offer|describe)\b.*?)\W*$"
)
_BOTH_WH = re.compile(rf"^\W*(?P<one>{_WH}) and (?P<two>{_WH}) (?P<rest>.+?)\W*$", re.IGNORECASE)
_COMPARE = re.compile(r"^\W*compare (?P<a>.+?) (?:and|with|to) (?P<b>.+?)\W*$", re.IGNORECASE)
_GAP = re.compile(rf"^{_WH} (?P<rest>(?P<prep>in|at|on|for|by|from|to|with|during|under) .+?)\W*$", re.IGNORECASE)
_PRONOUN = re.compile(rf"\b(?:it|{'|'.join((*SUBJECTS, *OBJECTS))})\b")
_DID = re.compile(r"^(?:did|was|were) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Compound:
    """The parts of a question, as questions that stand alone, and what is to be made of their answers. `unit` is that of a
    "span" ("days"), and the comparative of a "more" ("older")."""

    kind: Kind
    parts: tuple[str, ...]
    names: tuple[str, ...] = ()
    unit: str = ""
    question: str = ""


def taken_apart(question: str) -> Compound | None:
    """The parts of a question that has two; None for any other.

    >>> taken_apart("When was the heron stolen and where was it found?").parts
    ('When was the heron stolen?', 'where was the heron found?')
    >>> taken_apart("How many days lay between the theft and the arrest?").kind
    'span'
    """
    compound = _taken_apart(question)
    return replace(compound, question=question.strip()) if compound else None


def _taken_apart(question: str) -> Compound | None:
    asked = question.strip()
    if m := _SPAN.match(asked):
        a, b = (m["a"], m["b"]) if m["a"] else (m["c"], m["d"]) if m["c"] else (m["f"], m["e"])
        b = re.sub(r"^(?:its|their|his|her) (.+)$", lambda own: f"the {own[1]} of {_plain(a)}", b)
        return Compound("span", (_when(a), _when(b)), (_plain(a), _plain(b)), m["unit"] or "")
    if m := _FIRST.match(asked):
        return Compound("first", (_when(m["a"]), _when(m["b"])), (_plain(m["a"]), _plain(m["b"])))
    if (m := _ORDER.match(asked)) and not _DURATION.search(m["a"]):
        return Compound("first", (_when(m["a"]), _when(m["b"])), (_plain(m["a"]), _plain(m["b"])))
    if m := _MORE.match(asked):
        return _more(m)
    if weighed := alternatives(asked):
        return Compound("more", weighed.parts, weighed.sides, weighed.comparative)
    if m := _TOGETHER.match(asked):
        asks = tuple(f"{m['ask']} {m[side]}{m['rest']}?" for side in ("a", "b"))
        return Compound("sum", asks, (m["a"], m["b"]))
    if m := _BOTH_WH.match(asked):
        return Compound("each", (f"{m['one']} {m['rest']}?", f"{m['two']} {m['rest']}?"))
    if m := _COMPARE.match(asked):
        return Compound("each", (f"{_plain(m['a'])}?", f"{_plain(m['b'])}?"))
    if m := _AND.search(asked):
        first = asked[: m.start()].rstrip(" ,") + "?"
        if completed := _completed(m["second"], first):
            return Compound("each", (first, completed))
        return Compound("each", (first, _resolved(m["second"], first)))
    if m := _SIDES.match(asked):
        wh = asked.split()[0]
        verb = {"do": "does", "have": "has"}.get(m["verb"], m["verb"])
        return Compound("each", tuple(f"{wh} {verb} {m[side]} {m['rest']}?" for side in ("a", "b")))
    return None


def _more(m: re.Match[str]) -> Compound:
    if m["c"]:
        return Compound("difference", (f"What is {m['c']}?", f"What is {m['d']}?"), (_plain(m["c"]), _plain(m["d"])))
    counted = m["ask"].lower().removeprefix("by ")
    first, other = m["what"].strip(), re.sub(r"^(?:in|at|for|on|by) ", "", _plain(m["b"]))
    if not re.search(r"[A-Z]|^the ", other):  # "than planned", "than expected"
        return Compound("difference", (f"{counted} {first}?", f"{counted} {first} as {other}?"), (first, other))
    # "… people does Lindhaven have than Port Merrow": the second stands where the first one's name stands
    name = re.search(r"\b(?:does|did|do|is|was|were|are|has|have|had|in) ((?:the )?[\w'’-]+(?: [A-Z][\w'’-]+)*)", first)
    second = first[: name.start(1)] + other + first[name.end(1) :] if name else other
    return Compound("difference", (f"{counted} {first}?", f"{counted} {second}?"), (name[1] if name else first, other))


def _when(event: str) -> str:
    """An event as a question for its time: a clause ("the heron was stolen") or a noun ("the theft")."""
    event = _plain(event)
    if event.lower().startswith(("when ", "what ", "who ")):
        return f"{event}?"
    clause = re.match(r"(?P<who>.+?) (?P<verb>was|were|is|are|had|has) (?P<rest>.+)$", event)
    if clause:
        return f"When {clause['verb']} {clause['who']} {clause['rest']}?"
    return f"When was {event}?"


def _plain(text: str) -> str:
    return _DID.sub("", text.strip(" ,?.:")).strip()


def _completed(second: str, first: str) -> str | None:
    """A second part that leaves out what the first says ("… at the BAFTAs and who at the Oscars?"), with it; None where
    it leaves out nothing."""
    gap = _GAP.match(second)
    if gap is None or any(w.is_verb for w in parsed(second)):
        return None
    places = [m.start() for m in re.finditer(rf"\b{gap['prep']} ", first, re.IGNORECASE)]
    return f"{first[: places[-1]]}{gap['rest']}?" if places else None


def _resolved(second: str, first: str) -> str:
    """The second part with its pronouns replaced from the first."""
    thing = re.search(
        r"\b(?:was|were|is|are|did|does|do|has|had|of|at|in) ((?:the|an?) [\w'’-]+(?: [A-Z][\w'’-]+)*|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)",
        first,
    )
    if thing and (pronoun := _PRONOUN.search(second)):
        return f"{second[: pronoun.start()]}{thing[1]}{second[pronoun.end() :]}".rstrip("?") + "?"
    return stand_alone(second.rstrip("?") + "?", [Turn(first)])

"""Questions with two parts: taken apart, asked one by one, and reckoned with by code.

"When was it stolen and when was it found?" has two parts. "How many days lay between A and B?", "Which came
first, A or B?" and "How much more did A cost than B?" have two parts and a sum on top: the dates or amounts
are read off the quoted sentences, what follows from them is computed here, shown and cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from index.language.amounts import Amount, amounts, moments

from ..answers import Turn
from .rewrite import stand_alone

Kind = Literal["each", "first", "span", "difference", "sum"]

_WH = r"(?:when|where|who|whom|what|which|why|how(?: (?:many|much|long|old|far|fast|often|high))?)"
_AND = re.compile(rf",? and (?P<second>(?:(?:in|on|at|by|for|with|from|to) )?{_WH}\b.+)$", re.IGNORECASE)
_FIRST = re.compile(
    r"^\W*(?:which|what|who)\b(?P<ask>.*?)\b(?:first|earlier|before the other|sooner|later|last)\b[\s,:]*(?P<a>.+?),? or (?P<b>.+?)\W*$",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^\W*(?:did|was|were|has|had|is) (?P<a>.+?),? (?:happen |take place |come |occur )?(?:before|after|earlier than|later than) (?:or (?:before|after) )?(?P<b>.+?)\W*$",
    re.IGNORECASE,
)
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
    r"(?P<rest>(?:say|said|think|claim|claimed|want|wanted|report|reported|write|demand|demanded|propose|offer|tell|told|explain|describe)\b.*?)\W*$"
)
_BOTH_WH = re.compile(rf"^\W*(?P<one>{_WH}) and (?P<two>{_WH}) (?P<rest>.+?)\W*$", re.IGNORECASE)
_COMPARE = re.compile(r"^\W*compare (?P<a>.+?) (?:and|with|to) (?P<b>.+?)\W*$", re.IGNORECASE)
_DID = re.compile(r"^(?:did|was|were) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Compound:
    """The parts of a question, as questions that stand alone, and what is to be made of their answers."""

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
    found = _taken_apart(question)
    return replace(found, question=question.strip()) if found else None


def _taken_apart(question: str) -> Compound | None:
    asked = question.strip()
    if m := _SPAN.match(asked):
        a, b = (m["a"], m["b"]) if m["a"] else (m["c"], m["d"]) if m["c"] else (m["f"], m["e"])
        b = re.sub(r"^(?:its|their|his|her) (.+)$", lambda own: f"the {own[1]} of {_plain(a)}", b)
        return Compound("span", (_when(a), _when(b)), (_plain(a), _plain(b)), m["unit"] or "")
    if m := _FIRST.match(asked):
        return Compound("first", (_when(m["a"]), _when(m["b"])), (_plain(m["a"]), _plain(m["b"])))
    if m := _ORDER.match(asked):
        return Compound("first", (_when(m["a"]), _when(m["b"])), (_plain(m["a"]), _plain(m["b"])))
    if m := _MORE.match(asked):
        return _more(m)
    if m := _TOGETHER.match(asked):
        asks = tuple(f"{m['ask']} {m[side]}{m['rest']}?" for side in ("a", "b"))
        return Compound("sum", asks, (m["a"], m["b"]))
    if m := _BOTH_WH.match(asked):
        return Compound("each", (f"{m['one']} {m['rest']}?", f"{m['two']} {m['rest']}?"))
    if m := _COMPARE.match(asked):
        return Compound("each", (f"{_plain(m['a'])}?", f"{_plain(m['b'])}?"))
    if m := _AND.search(asked):
        first = asked[: m.start()].rstrip(" ,") + "?"
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


def _resolved(second: str, first: str) -> str:
    """The second part with its pronouns replaced from the first."""
    thing = re.search(
        r"\b(?:was|were|is|are|did|does|do|has|had|of|at|in) ((?:the|an?) [\w'’-]+(?: [A-Z][\w'’-]+)*|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)",
        first,
    )
    if thing and (pronoun := re.search(r"\b(?:it|they|he|she|them|him)\b", second)):
        return f"{second[: pronoun.start()]}{thing[1]}{second[pronoun.end() :]}".rstrip("?") + "?"
    return stand_alone(second.rstrip("?") + "?", [Turn(first)])


# --- reckoning -------------------------------------------------------------------------------------------------


def day_of(words: str, sentence: str, published: datetime | None) -> tuple[date, bool] | None:
    """The day that a sentence gives, and whether it says so itself; a weekday is the last one before publication.

    Without any, the day of publication; None when there is none either.

    >>> day_of("Friday", "It was stolen in the night to Friday.", datetime(2031, 3, 14, 22))
    (datetime.date(2031, 3, 14), True)
    """
    for text in (words, sentence):
        found = {(m.kind, m.value) for m in moments(text)}
        years = [int(a.value) for a in amounts(text) if 1000 <= a.value <= 2200 and a.value == int(a.value)]
        year = years[0] if years else published.year if published else None
        days = [value for kind, value in found if kind == "day"]
        if days and year:
            try:
                return date(year, days[0] // 100, days[0] % 100), True
            except ValueError:
                continue
        weekdays = [value for kind, value in found if kind == "weekday"]
        if weekdays and published:
            back = (published.weekday() - weekdays[0]) % 7
            return published.date() - timedelta(days=back), True
        if years and text is words:
            return date(years[0], 1, 1), False
    return (published.date(), False) if published else None


def reckoned(compound: Compound, days: Sequence[tuple[date, bool]]) -> str:
    """What follows from two days, as a sentence."""
    (one, sure), (two, sure_too) = days[0], days[1]
    names = compound.names or ("the first", "the second")
    gap = abs((two - one).days)
    by_report = "" if sure and sure_too else " (going by the dates of the reports)"
    if compound.kind == "first":
        if gap == 0:
            return f"Both fall on {one:%-d %B %Y}{by_report}."
        first, then = (0, 1) if one < two else (1, 0)
        return f"First: {names[first]}, {days[first][0]:%-d %B %Y}; then: {names[then]}, {days[then][0]:%-d %B %Y}{by_report}."
    return f"From {min(one, two):%-d %B %Y} to {max(one, two):%-d %B %Y}: {_length(gap, compound.unit)}{by_report}."


def _length(days: int, unit: str) -> str:
    said = f"{days} day{'' if days == 1 else 's'}"
    if unit in ("weeks", "months", "years"):
        size = {"weeks": 7.0, "months": 30.44, "years": 365.25}[unit]
        return f"{days / size:.1f}".rstrip("0").rstrip(".") + f" {unit} ({said})"
    return said


def amount_of(words: str, sentence: str) -> Amount | None:
    """The amount that answers: the one in the answering words, else the only one of the sentence."""
    found = amounts(words)
    if found:
        return found[0]
    others = [a for a in amounts(sentence) if not 1900 <= a.value <= 2100]
    return others[0] if len(others) == 1 else None


def computed(compound: Compound, values: Sequence[Amount]) -> str | None:
    """The difference or the sum of two amounts, as a sentence; None when their units differ."""
    one, two = values[0], values[1]
    if one.unit != two.unit:
        return None
    if compound.kind == "sum":
        return f"{one.written} + {two.written} = {_number(one.value + two.value, one.unit)}."
    high, low = (one, two) if one.value >= two.value else (two, one)
    return f"{high.written} − {low.written} = {_number(high.value - low.value, one.unit)}."


def _number(value: float, unit: str) -> str:
    written = f"{value:,.2f}".rstrip("0").rstrip(".")
    if value >= 1e6 and f"{value / 1e6:.4f}".rstrip("0").rstrip(".") and value % 1e3 == 0:
        written += f" ({f'{value / 1e6:.3f}'.rstrip('0').rstrip('.')} million)"
    if unit == "%":
        return f"{written} percentage points"
    return f"{unit}{written}" if unit in ("$", "€", "£", "¥") else written

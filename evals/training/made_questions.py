"""Questions made out of questions and their paragraphs, for training the reader.

A near miss is a question with one name, year or direction changed, so that the paragraph that answered it answers
no longer, though it speaks of nearly the same: what "I know what you don't know" (Rajpurkar, Jia and Liang, 2018)
had people write. An introduction is what a news text says of a person in passing ("Kremlin spokesman Dmitry
Peskov"), which question sets collected on encyclopaedias hardly ask for.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from .claims import opposite

_WORD = r"[A-Z][^\W\d_][\w'’-]*"
# Not at the start of a sentence, where any word has a capital.
_NAME = re.compile(rf"(?<![.!?:“\"'] )(?<!^)\b{_WORD}(?: (?:of the |of |the |de |von |van )?{_WORD})*")
_ANY_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_INSIDE = re.compile(rf"(?<=[\w,;)] ){_ANY_WORD.pattern}")
_PERSON = rf"{_WORD}(?: [A-Z]\.)?(?: (?:von |van |de |der |bin )?{_WORD})+"
_YEAR = re.compile(r"\b(1[0-9]|20)\d\d\b")
_ROLES = """
    president|minister|chancellor|spokesman|spokeswoman|secretary|senator|governor|mayor|king|queen|prince|princess|
    emperor|general|admiral|colonel|commander|captain|judge|justice|lawyer|attorney|prosecutor|ambassador|
    director|producer|writer|author|novelist|poet|journalist|editor|historian|philosopher|economist|scientist|
    physicist|chemist|biologist|mathematician|astronomer|engineer|inventor|professor|physician|
    actor|actress|comedian|singer|songwriter|rapper|musician|composer|guitarist|drummer|painter|sculptor|
    architect|coach|manager|quarterback|striker|goalkeeper|bishop|archbishop|pope|cardinal|founder|chairman|
    leader|activist|explorer|astronaut|chief|officer|critic|designer|photographer
"""
_ROLE = "(?:" + "".join(f"[{r[0].upper()}{r[0]}]{r[1:]}|" for r in "".join(_ROLES.split()).split("|")).rstrip("|") + ")"
_TITLED = re.compile(
    rf"(?P<role>(?:(?!The |In |By |When |And |As |For |But |After |Then )[A-Z][\w-]+ |\b[a-z][a-z-]+ )?\b{_ROLE}) (?P<name>{_PERSON})"
)
_APPOSED = re.compile(
    rf"(?P<name>{_PERSON}) ?, (?P<role>(?:an?|the) (?:[\w'’-]+ ){{0,6}}?\b{_ROLE}(?: of (?:[\w'’-]+ ?){{1,4}})?) ?[,.;]"
)
_NO_FACT = set(
    "old aren't weren't cannot couldn't isn't wasn't few fewer without without? never under over none".split()
)
"""Opposites that make a question odd and not another question."""
_EMPTY = re.compile(r"^(?:an?|the|and|with|by|of|to|in|as|for|that|his|her|its|their|was|is|when|where|then)\b ?", re.IGNORECASE)  # fmt: skip


def near_miss(question: str, context: str, elsewhere: Sequence[str], rng: random.Random) -> str | None:
    """The question with one fact changed that `context` has, to one that it has not; None when it holds no such fact.

    `elsewhere` are texts on other things, whose names are put in. Case follows the question's.

    >>> near_miss("Who led Poland in 1990?", "Lech led Poland in 1990.", ["Prague and Sweden ."], random.Random(0))
    'Who led Sweden in 1990?'
    """
    ways = [_other_name, _other_year, _other_direction]
    rng.shuffle(ways)
    for way in ways:
        if (made := way(question, context, elsewhere, rng)) and made != question:
            return made
    return None


def _other_name(question: str, context: str, elsewhere: Sequence[str], rng: random.Random) -> str | None:
    low = question.lower()
    names = {m[0] for m in _NAME.finditer(context) if len(m[0]) > 3}
    # The longest first; by letters where two are as long, since the order of a set is another in every run.
    longest = sorted(names, key=lambda n: (-len(n), n))
    places = (re.search(rf"(?<!^)\b{re.escape(n.lower())}\b", low) for n in longest)
    at = next((place for place in places if place), None)
    if at is None:
        return None
    others = {m[0] for text in elsewhere for m in _NAME.finditer(text)}
    held = context.lower()
    fitting = [
        o
        for o in sorted(others)
        if len(o.split()) == len(at[0].split()) and len(o) > 3 and o.lower() not in held and o.lower() not in low
    ]
    if not fitting:
        return None
    new = rng.choice(fitting)
    lowered = question[at.start() : at.end()].islower()
    return question[: at.start()] + (new.lower() if lowered else new) + question[at.end() :]


def _other_year(question: str, context: str, elsewhere: Sequence[str], rng: random.Random) -> str | None:
    year = _YEAR.search(question)
    if not year or year[0] not in context:
        return None
    others = [str(int(year[0]) + step) for step in (-20, -10, -5, -3, -2, -1, 1, 2, 3, 4, 6, 10)]
    fitting = [o for o in others if o not in context]
    return question[: year.start()] + rng.choice(fitting) + question[year.end() :] if fitting else None


def _other_direction(question: str, context: str, elsewhere: Sequence[str], rng: random.Random) -> str | None:
    made = opposite(question, rng)
    if made is None or set(made.lower().split()) & _NO_FACT:
        return None
    new = set(made.lower().split()) - set(question.lower().split())
    return None if any(re.search(rf"\b{re.escape(w.strip('?'))}\b", context.lower()) for w in new) else made


def introductions(context: str) -> list[tuple[str, str, int]]:
    """(question, answer, start of the answer in `context`) for people whom the text says something of in passing.

    >>> introductions("It was Kremlin spokesman Dmitry Peskov who spoke.")[0]
    ('Who is Dmitry Peskov?', 'Kremlin spokesman', 7)
    """
    introduced = []
    for pattern in (_TITLED, _APPOSED):
        for match in pattern.finditer(context):
            role, name, start = match["role"], match["name"], match.start("role")
            if name.endswith(("'s", "’s")):
                continue
            if pattern is _TITLED and (cut := _EMPTY.match(role)):
                role, start = role[cut.end() :], start + cut.end()
            introduced.append((f"Who is {name}?", role, start))
            introduced.append((f"What is {name}'s job?", role, start))
            short = _EMPTY.sub("", role)
            if " " in short:
                introduced.append((f"Who is the {short}?", name, match.start("name")))
    return introduced


def typed(texts: Iterable[str]) -> Callable[[str], str]:
    """Questions collected in small letters, as somebody would type them who knows the names in `texts`.

    A word is written as inside the sentences of the texts, where it has a capital at least twice as often as not.

    >>> typed(["There Russia freed Ivan Petrov .", "In Russia it rained ."])("where did russia free him")
    'Where did Russia free him?'
    """
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for word in _INSIDE.findall(text):
            written[word.lower()][word] += 1
    names = {}
    for low, forms in written.items():
        capital = {form: n for form, n in forms.items() if form[0].isupper()}
        if capital and sum(capital.values()) >= 2 * forms[low] and sum(capital.values()) > 1:
            names[low] = max(capital, key=lambda form: (capital[form], form))

    def type_out(question: str) -> str:
        said = _ANY_WORD.sub(lambda m: names.get(m[0], m[0]), question)
        return said[:1].upper() + said[1:] + ("" if said.endswith("?") else "?")

    return type_out

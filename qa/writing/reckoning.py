"""What follows from the answers to the parts of a question: which came first, how long between, how much more.

Dates and amounts are read off the quoted sentences, and only where sentence and source leave no doubt; what follows
from them is computed here, shown and cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from index import Reading
from index.language.amounts import Amount, amounts
from index.language.moments import moments
from index.language.names import names
from index.language.parsing import parsed
from index.language.sentences import DATELINE
from index.language.words import content_stems

from ..answers import Sentence
from ..asking.alternatives import LOWER
from ..asking.compound import Compound
from ..checking.citations import citation
from ..checking.refusal import answerable
from .candidates import Candidate, read
from .draft import Draft, appended

RECKON_FROM = 0.7
"""What a sentence must score (in 0..1) before its date or amount is reckoned with: a wrong sum is worse than none. This
and the three below were set on our own compound questions, with sight of both parts (README, Figures)."""
AMOUNT_FROM = 0.2
"""The same for an amount that stands beside the very name it is wanted for."""
TOLD_FROM = 0.03
"""The same for a sentence with all the words of an event and one day in it."""
ABOUT_EVENT = 0.6
"""Share of an event's words that a sentence must have to tell of it."""
LOOKED_AT = 12
"""Sentences, best first, in which the date or amount of a part is looked for."""
_FURTHER = re.compile(
    r" (?:in|at|on|for|by|from|to|with|during|after|before|under|when|of last|of this) .+$|['’]s? .+$"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AHEAD = re.compile(r"\b(?:will|would|due|until|expected)\b")


def reckon(compound: Compound, readings: Sequence[Reading]) -> Draft | None:
    """The two sentences that hold the dates or amounts, and the sentence that code makes of them; None when one of the
    two is in doubt. `readings` run in parallel to the parts."""
    dated = compound.kind in ("first", "span")
    chosen: list[Candidate] = []
    values: list[tuple[date, bool] | Amount] = []
    for event, reading in zip(compound.names, readings, strict=True):
        sure = compound.kind == "more" and answerable(reading) >= RECKON_FROM
        for number, candidate in enumerate(read(reading)[:LOOKED_AT]):
            value: tuple[date, bool] | Amount | None
            value = _day(event, candidate) if dated else _amount(event, candidate, likely=sure and not number)
            if value is not None and value not in values:
                chosen.append(candidate)
                values.append(value)
                break
    if len(values) < 2:
        return None
    if dated:
        text: str | None = reckoned(compound, [v for v in values if isinstance(v, tuple)])
    else:
        text = computed(compound, [v for v in values if isinstance(v, Amount)])
    if text is None:
        return None
    together = Draft(answerable=min(1.0, max(c.score for c in chosen)), verbatim=True)
    for c in chosen:
        cited = citation(1, c.hit, c.start, c.end, c.score, c.highlight)
        together = appended(together, Draft((Sentence(c.shown, (1,)),), (cited,)))
    numbers = tuple(c.number for c in together.citations)
    conclusion = Sentence(text, numbers, reason="computed from what these sources say", computed=True)
    return replace(together, sentences=(*together.sentences, conclusion))


def _day(event: str, candidate: Candidate) -> tuple[date, bool] | None:
    """The day of an event: the one the reader marks, or that of a report that tells of just this."""
    p, said = candidate.hit.passage, DATELINE.sub("", candidate.text)
    wanted, held = content_stems(event), content_stems(said)
    if not wanted or len(wanted & held) < ABOUT_EVENT * len(wanted) or _AHEAD.search(said):
        return None
    inside = [m for m in moments(said) if m.kind in ("day", "weekday")]
    if wanted <= held and len(inside) == 1 and candidate.score >= TOLD_FROM:
        return day_of("", said, p.published)
    marked = day_of(candidate.words, "", p.published)
    if marked and marked[1] and candidate.score >= RECKON_FROM:
        return marked
    # A sentence without any time that has all the words of the event is news on the day it appears.
    told = len(wanted) > 1 and wanted <= held and not moments(said)
    return day_of("", "", p.published) if told else None


def _amount(name: str, candidate: Candidate, *, likely: bool) -> Amount | None:
    """The amount that stands with a name: between it and the next, or the answering words of a sure sentence, and of the
    best one where it is `likely` that what was read answers. What tells a name apart ("in its March round") need not
    stand there, but its year must."""
    said, bare = DATELINE.sub("", candidate.text), bare_name(name)
    if not content_stems(bare) <= _spoken_of(candidate) or _of_another_year(name, candidate):
        return None
    if candidate.score < AMOUNT_FROM and not likely:
        return None
    at = said.find(bare)
    if at >= 0 and bare[:1].isupper():
        rest = said[at + len(bare) :]
        following = min((rest.find(n) for n in names(rest)), default=len(rest))
        if amount := amount_of("", rest[:following]):
            return amount
    return amount_of(candidate.words, "") if candidate.score >= RECKON_FROM or likely else None


def bare_name(side: str) -> str:
    """A side of a question without what tells it apart.

    >>> bare_name("Norrvind in its March round"), bare_name("to the rally on Monday")
    ('Norrvind', 'the rally')
    """
    return _FURTHER.sub("", _of(side))


def _spoken_of(candidate: Candidate) -> frozenset[str]:
    """The content words of a sentence; of one with a pronoun for its subject those of its passage and title too."""
    words = content_stems(candidate.shown)
    if any(w.tag == "PRP" and w.role.startswith("nsubj") for w in parsed(candidate.text)):
        words |= content_stems(candidate.hit.passage.searchable)
    return words


def _of_another_year(name: str, candidate: Candidate) -> bool:
    passage = candidate.hit.passage
    held = f"{passage.searchable} {passage.published.year if passage.published else ''}"
    return any(year not in held for year in _YEAR.findall(name))


def day_of(words: str, sentence: str, published: datetime | None) -> tuple[date, bool] | None:
    """The day that a sentence gives, and whether it says so itself; a weekday is the last one before publication.

    Without any, the day of publication; None when there is none either.

    >>> day_of("Friday", "It was stolen in the night to Friday.", datetime(2031, 3, 14, 22))
    (datetime.date(2031, 3, 14), True)
    """
    for text in (words, sentence):
        times = {(m.kind, m.value) for m in moments(text)}
        years = [int(a.value) for a in amounts(text) if 1000 <= a.value <= 2200 and a.value == int(a.value)]
        year = years[0] if years else published.year if published else None
        days = [value for kind, value in times if kind == "day"]
        if days and year:
            try:
                return date(year, days[0] // 100, days[0] % 100), True
            except ValueError:
                continue
        weekdays = [value for kind, value in times if kind == "weekday"]
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
    if answering := amounts(words):
        return answering[0]
    others = [a for a in amounts(sentence) if not 1900 <= a.value <= 2100]
    return others[0] if len(others) == 1 else None


def computed(compound: Compound, values: Sequence[Amount]) -> str | None:
    """The difference or the sum of two amounts, as a sentence; None when their units differ."""
    one, two = values[0], values[1]
    if one.unit != two.unit:
        return None
    if compound.kind == "more":
        return weighed(compound, one, two)
    if compound.kind == "sum":
        return f"{one.written} + {two.written} = {_number(one.value + two.value, one.unit)}."
    high, low = (one, two) if one.value >= two.value else (two, one)
    return f"{high.written} − {low.written} = {_number(high.value - low.value, one.unit)}."


def weighed(compound: Compound, one: Amount, two: Amount) -> str:
    """Which of two sides has more of what is compared, as a sentence."""
    (a, b), word = compound.names, compound.unit
    if one.value == two.value:
        return f"Both: {one.written}."
    if (one.value < two.value) != (word in LOWER):
        (a, one), (b, two) = (b, two), (a, one)
    return f"{word.capitalize()}: {_of(a)}, {one.written}; {_of(b)}: {two.written}."


def _of(side: str) -> str:
    """A side without the preposition it was asked with ("in Lindhaven").

    >>> _of("to the rally"), _of("Ivo Roe")
    ('the rally', 'Ivo Roe')
    """
    return re.sub(r"^(?:in|at|on|for|by|from|to|with) ", "", side)


def _number(value: float, unit: str) -> str:
    written = f"{value:,.2f}".rstrip("0").rstrip(".")
    if value >= 1e6 and f"{value / 1e6:.4f}".rstrip("0").rstrip(".") and value % 1e3 == 0:
        written += f" ({f'{value / 1e6:.3f}'.rstrip('0').rstrip('.')} million)"
    if unit == "%":
        return f"{written} percentage points"
    return f"{unit}{written}" if unit in ("$", "€", "£", "¥") else written

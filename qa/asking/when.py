"""What time a question is about: the latest state of things, certain days, or none in particular.

Subject and time are scored apart (docs/choices.md, "When"): what a passage says of the subject is the reader's to judge,
how well its day fits is reckoned here, and the two are multiplied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from index import AnswerSpan, Hit
from index.language.moments import MONTH_NUMBERS
from index.language.parsing import parsed
from index.language.times import TimeExpression, time_expressions

HALF_LIFE_DAYS = 8.0
"""Where the latest counts, the odds of a sentence halve with so many days that it is older than the newest on the matter."""
OUTSIDE = 0.15
"""What is left of the odds of a sentence that has nothing to do with the days that are asked for."""
ON_THE_MATTER = 0.1
"""A sentence is on the matter when its odds are at least this share of the best one's."""
AFTERWARDS = timedelta(days=2)
"""News of a day is published on it or up to so much later."""
_NOW = re.compile(
    r"\b(?:now|current(?:ly)?|latest|newest|most recent(?:ly)?|still|so far|to date|these days|at present|at the moment|yet|"
    r"any ?more|no longer|up to date|presently)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(r"\b(?:first|originally|initially|at first|in the past|used to|formerly|ever)\b", re.IGNORECASE)
_PRESENT, _PAST = ("VBZ", "VBP", "MD"), ("VBD",)
_DEICTIC = re.compile(r"\b(?:ago|yesterday|today|tonight|tomorrow|last|this|next|past)\b", re.IGNORECASE)
_BEFORE_DAYS = re.compile(r"\s*\b(?:(?:on|in|during|over|from|since|of|for|the) )*$|\s+$", re.IGNORECASE)
_MONTH = re.compile(rf"\b(?:{'|'.join(sorted(MONTH_NUMBERS))})\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

Kind = Literal["latest", "days", "none"]


@dataclass(frozen=True)
class TimeAsked:
    """`latest`: the newest state counts; `days`: `first` to `last` are meant; `none`: the time is asked for, or no matter."""

    kind: Kind = "none"
    first: date | None = None
    last: date | None = None

    def fit(self, hit: Hit, newest: date | None) -> float:
        """What the odds of a sentence of `hit` are multiplied by: 1 where its day fits, less where it does not."""
        published = hit.passage.published.date() if hit.passage.published else None
        if self.kind == "latest" and newest is not None and published is not None:
            return float(0.5 ** (max((newest - published).days, 0) / HALF_LIFE_DAYS))
        if self.kind == "days" and self.first is not None and self.last is not None and published is not None:
            if self.first <= published <= self.last + AFTERWARDS:
                return 1.0
            spoken_of = time_expressions(hit.passage.text, published)
            return 1.0 if any(self._within(t) for t in spoken_of) else OUTSIDE
        return 1.0

    def _within(self, spoken: TimeExpression) -> bool:
        assert self.first is not None
        assert self.last is not None
        return spoken.first >= self.first and spoken.last <= self.last

    def weighed(self, spans: Sequence[AnswerSpan], hits: Sequence[Hit]) -> tuple[AnswerSpan, ...]:
        """The sentences of `hits` in the order of their odds times how well their days fit; their scores stay the reader's."""
        if self.kind == "none" or not spans:
            return tuple(spans)
        best = max(s.odds for s in spans)
        on_it = [s for s in spans if s.odds >= ON_THE_MATTER * best]
        days = [p.date() for s in on_it if (p := hits[s.passage].passage.published)]
        newest = max(days, default=None)
        fits = {n: self.fit(hits[n], newest) for n in {s.passage for s in spans}}
        return tuple(sorted(spans, key=lambda s: -s.odds * fits[s.passage]))


NO_TIME = TimeAsked()


def reference_day(question: str, asked: date, latest: date | None) -> date:
    """The day from which the days of a question are counted: the one it is `asked` on; that of the `latest` document, in
    an archive that ends before, for a day or month without a year, which is hardly one that the archive does not reach.

    >>> reference_day("What happened on 7 March?", date(2026, 11, 25), date(2025, 4, 1))
    datetime.date(2025, 4, 1)
    """
    if latest is None or latest >= asked or _DEICTIC.search(question) or _YEAR.search(question):
        return asked
    return latest if _MONTH.search(question) else asked


def time_asked(question: str, today: date) -> TimeAsked:
    """What time `question`, asked `today`, is about.

    >>> time_asked("How many have resigned so far?", date(2025, 3, 18)).kind
    'latest'
    >>> time_asked("Who resigned yesterday?", date(2025, 3, 18)).first
    datetime.date(2025, 3, 17)
    """
    said = time_expressions(question, today)
    meant = [t for t in said if _DEICTIC.search(question[t.start : t.end])]
    if meant:
        return TimeAsked("days", min(t.first for t in meant), max(t.last for t in meant))
    if said or _HISTORY.search(question):
        return TimeAsked()
    if _NOW.search(question) or _in_the_present(question):
        return TimeAsked("latest")
    return TimeAsked()


def without_days(question: str, today: date) -> str:
    """The question without "yesterday", "last week" and the like, which no report of those days says: its subject, which is
    searched for and read, while its time is weighed apart.

    >>> without_days("Who resigned from the board yesterday?", date(2025, 3, 18))
    'Who resigned from the board?'
    """
    for spoken in reversed(time_expressions(question, today)):
        owns = question[spoken.end :].startswith(("'s", "’s"))  # "this year's awards"
        if _DEICTIC.search(question[spoken.start : spoken.end]) and not owns:
            before = _BEFORE_DAYS.sub("", question[: spoken.start])
            question = (
                f"{before} {question[spoken.end :].lstrip()}".strip() if before else question[spoken.end :].lstrip(" ,")
            )
    return re.sub(r"\s+([?.!,;])", r"\1", question)


def _in_the_present(question: str) -> bool:
    """Whether the first verb of a question is in the present: "is", "have", "can"; not "did" or "was"."""
    for word in parsed(question):
        if word.tag in _PAST or word.text.lower() in ("did", "was", "were", "had"):
            return False
        if word.tag in _PRESENT:
            return True
    return False

"""What time a question is about: the latest state of things, certain days, or none in particular.

Subject and time are scored apart (docs/choices.md, "When"): what a passage says of the subject is the reader's to judge,
how well its day fits is reckoned here, and the two are multiplied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from index import AnswerSpan, Filters, Hit
from index.documents import TimeExpression
from index.language.moments import MONTH_NUMBERS
from index.language.parsing import parsed
from index.language.times import time_expressions

HALF_LIFE_DAYS = 8.0
"""Where the latest counts, the odds of a sentence halve with so many days that it is older than the newest on the matter."""
HALF_LIFE_OF_A_POST = timedelta(hours=2)
"""The same within a live page, by the times of its posts; set by hand."""
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

    def fit(self, hit: Hit, newest: Newest) -> float:
        """What the odds of a sentence of `hit` are multiplied by: 1 where its day fits, less where it does not."""
        written = hit.passage.written.date() if hit.passage.written else None
        if self.kind == "latest" and written is not None:
            return float(0.5 ** newest.half_lives(hit))
        if self.kind == "days" and self.first is not None and self.last is not None and written is not None:
            if self.first <= written <= self.last + AFTERWARDS:
                return 1.0
            return 1.0 if any(self._within(t) for t in hit.passage.times) else OUTSIDE
        return 1.0

    def among(self, filters: Filters | None) -> Filters | None:
        """The filters, and only documents that are of the days asked for or speak of them; None where none are."""
        if self.kind != "days" or self.first is None or self.last is None:
            return None
        return replace(filters or Filters(), spoken_of=(self.first, self.last + AFTERWARDS))

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
        newest = Newest.of([hits[s.passage] for s in on_it])
        fits = {n: self.fit(hits[n], newest) for n in {s.passage for s in spans}}
        return tuple(sorted(spans, key=lambda s: -s.odds * fits[s.passage]))


@dataclass(frozen=True)
class Newest:
    """The newest day on which something was written on a matter, and of each live page the time of its newest post on it."""

    day: date | None = None
    posts: Mapping[str, datetime] = field(default_factory=dict)

    @staticmethod
    def of(on_the_matter: Sequence[Hit]) -> Newest:
        posts: dict[str, datetime] = {}
        for p in (hit.passage for hit in on_the_matter):
            if p.posted is not None:
                posts[p.document_id] = max(posts.get(p.document_id, p.posted), p.posted)
        days = [at.date() for hit in on_the_matter if (at := hit.passage.written)]
        return Newest(max(days, default=None), posts)

    def half_lives(self, hit: Hit) -> float:
        """How often the odds of a sentence of `hit` halve for its age."""
        p = hit.passage
        if p.written is None or self.day is None:
            return 0.0
        age = max((self.day - p.written.date()).days, 0) / HALF_LIFE_DAYS
        if p.posted is not None and p.document_id in self.posts:
            age += max((self.posts[p.document_id] - p.posted) / HALF_LIFE_OF_A_POST, 0.0)
        return age


NO_TIME = TimeAsked()
NOTHING_NEWER = Newest()


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

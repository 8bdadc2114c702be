"""Questions that ask for a course of events: "What has happened with X?", "Give me an overview of X"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .archive import without_time

_SHORT = r"(?:(?:short|brief|quick|full|dated) )?"
_WHOLE = re.compile(
    r"^(?:what(?:['’]s| has| have| is| was) (?:been )?(?:happened|happening|going on|new) (?:with|to|around|about|in|at|since)"
    r"|what happened with|what is the story (?:of|with|behind)|how (?:did|has|have)(?= .+ (?:unfold|unfolded|develop|developed)$)"
    rf"|(?:(?:give|write|show|make) (?:me )?)?(?:an?|the)? ?{_SHORT}(?:overview|summary|timeline|chronology|recap|course|history) (?:of|on|about)"
    r"|(?:summari[sz]e|recap|sum up)) (?P<topic>.+)$",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"^(?:the |an? )?(?:articles?|reports?|stor(?:y|ies)|pieces?|documents?|news) (?:about|on|of|regarding) ",
    re.IGNORECASE,
)
"""What is to be summed up is what the article is about."""
_ON_A_DAY = re.compile(
    r"^what (?:else )?(?:happened|took place|occurred|went on|was going on)\b(?P<rest>.*)$", re.IGNORECASE
)
_TAIL = re.compile(
    r"\s+(?:so far|to date|until now|up to now|unfold(?:ed)?|develop(?:ed)?|lately|recently)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class OverviewQuestion:
    """What is to be told ("" for all that happened), and the days it is to be told of, both included."""

    topic: str
    since: date | None = None
    until: date | None = None


def overview_question(question: str, today: date) -> OverviewQuestion | None:
    """The course of events that `question`, asked `today`, wants; None for any other question.

    >>> overview_question("What happened on March 7?", date(2025, 3, 18)).since
    datetime.date(2025, 3, 7)

    >>> overview_question("What has happened with the treaty so far?", date(2025, 3, 18))
    OverviewQuestion(topic='the treaty', since=None, until=None)
    """
    asked = " ".join(question.split()).rstrip(" ?.!")
    if day := _ON_A_DAY.match(asked):
        rest, since, until = without_time(day["rest"], today)
        if since and until and not rest.strip():
            return OverviewQuestion("", since, until)
    match = _WHOLE.match(asked)
    if match is None:
        return None
    topic, since, until = without_time(match["topic"], today)
    topic = _DOCUMENT.sub("", _TAIL.sub("", topic.strip()))
    return OverviewQuestion(topic, since, until) if topic else None

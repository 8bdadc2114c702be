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
_TAIL = re.compile(
    r"\s+(?:so far|to date|until now|up to now|unfold(?:ed)?|develop(?:ed)?|lately|recently)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class OverviewQuestion:
    """What is to be told, and the days it is to be told of, both included."""

    topic: str
    since: date | None = None
    until: date | None = None


def overview_question(question: str, today: date) -> OverviewQuestion | None:
    """The course of events that `question`, asked `today`, wants; None for any other question.

    >>> overview_question("What has happened with the treaty so far?", date(2025, 3, 18))
    OverviewQuestion(topic='the treaty', since=None, until=None)
    """
    match = _WHOLE.match(" ".join(question.split()).rstrip(" ?.!"))
    if match is None:
        return None
    topic, since, until = without_time(match["topic"], today)
    topic = _TAIL.sub("", topic.strip())
    return OverviewQuestion(topic, since, until) if topic else None

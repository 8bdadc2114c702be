"""What is found out of a question: its subject, whose words or articles it asks for, and the time that counts."""

from __future__ import annotations

import re
from datetime import date

from index.language.times import time_expressions

from ..answers import Asked, Time
from .archive import ArchiveQuestion, without_time
from .overview import OverviewQuestion
from .rewrite import statement
from .speech import speech_asked
from .when import time_asked

_TIME_ASKED = re.compile(
    r"^\W*(?:and |but |so )?(?:when\b|(?:since|until) when\b|how long ago\b|(?:(?:on|in|at|from|by|since) )?(?:what|which) (?:day|date|month|year|time|hour|week)\b)",
    re.IGNORECASE,
)


def asked_of(query: str, today: date, catalogued: ArchiveQuestion | OverviewQuestion | None = None) -> Asked:
    """What `query`, asked `today`, is about; `catalogued` when the archive or a course of events answers it.

    >>> asked_of("What did Casimir Roe say about the gates yesterday?", date(2025, 3, 18)).to_dict()
    {'subject': 'Casimir Roe say about the gates', 'author': 'Casimir Roe', 'time': 'days', 'since': '2025-03-17', 'until': '2025-03-17'}
    """
    if catalogued is not None:
        author = catalogued.author if isinstance(catalogued, ArchiveQuestion) else ""
        newest = isinstance(catalogued, ArchiveQuestion) and catalogued.wanted == "newest"
        days = catalogued.since is not None or catalogued.until is not None
        time: Time = "days" if days else "latest" if newest else "none"
        return Asked(catalogued.topic, author, time, catalogued.since, catalogued.until)
    when = time_asked(query, today)
    rest, since, until = without_time(query, today)
    subject = " ".join(statement(rest).split())
    speaker = speech_asked(query).speaker
    if when.kind == "latest":
        return Asked(subject, speaker, "latest")
    if when.kind == "days" or time_expressions(query, today):
        return Asked(subject, speaker, "days", when.first or since, when.last or until)
    return Asked(subject, speaker, "when" if _TIME_ASKED.match(query) else "none")

"""Questions about the archive itself, which its catalogue answers: how many articles on X, what A wrote, the newest on X,
what was reported on a day.

Such a question has a word for what an archive holds, and besides it only who wrote it, what it is about, and when it
appeared. Whatever else stands in it makes it a question about the world ("How many reports did the police receive?").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.language.times import time_expressions

_ITEMS = r"(?P<item>articles?|stor(?:y|ies)|reports?|pieces?|documents?|posts?|items?|texts?)"
_NEWEST = r"newest|latest|most recent|last"
_OLDEST = r"oldest|earliest|first"
_NAME = r"(?-i:[A-Z])[\w.'’-]*(?: (?:[a-z]{1,3} )?(?-i:[A-Z])[\w.'’-]*)"
"""A name, up to what follows its first word; to be repeated as often as it may have further words."""
_COUNT = re.compile(rf"^how many (?:\w+ )?{_ITEMS}\b", re.IGNORECASE)
_ONE = re.compile(
    rf"^(?:(?:which|what)(?: is| are|'s|’s| was)?|(?:show|give|list|tell)(?: me)?|find(?: me)?)? ?(?:the |your )?(?:(?P<new>{_NEWEST})|(?P<old>{_OLDEST}))(?: {_ITEMS}\b| (?=(?:on|about) [^,]+$))",
    re.IGNORECASE,
)
_WHICH_IS = re.compile(
    rf"^(?:which|what) (?:of the )?{_ITEMS} (?:is|was|are|were) (?:the )?(?:(?P<new>{_NEWEST})|(?P<old>{_OLDEST}))\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    rf"^(?:(?:which|what)(?: are)?|(?:show|give|list)(?: me)?|find(?: me)?)(?: all| every)?(?: of)?(?: the)? {_ITEMS}\b",
    re.IGNORECASE,
)
_WROTE = re.compile(
    rf"^(?:what|which \w+) (?:did|has|have) (?P<author>{_NAME}*) (?:write|written|publish|published|report|reported)\b",
    re.IGNORECASE,
)
_APPEARED = re.compile(
    r"^what (?:was|were|has been|is|came|appeared)(?: there)? (?:(?:published|reported|written|posted|out|new|filed)\b)?",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"\b(?:(?:written|published|filed|reported) )?by (?:the )?(?P<author>{_NAME}*)",
    re.IGNORECASE,
)
_HAS_WRITTEN = re.compile(
    rf"\b(?:(?:did|has|have|that|which) )?(?P<author>{_NAME}+) (?:write|wrote|written|publish|published)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning|covering|mention|mentioning|with the word) (?P<topic>.+)$", re.IGNORECASE
)
_BEFORE_TIME = re.compile(
    r"(?:\b(?:(?:that|which) (?:were |was |are )?)?(?:dated|published|written|posted|from|reported)? ?\b(?P<how>on|in|from|of|since|after|before|until|up to|during|for)?\s*)$",
    re.IGNORECASE,
)
_FILLER = frozenset(
    """a about all altogether any appeared archive are article articles at available be been by can cards collection corpus contain contains
    database dated did do document documents does ever exist exists file from full give had has have held here hold holds in
    index indexed is it its items library list me mention my newest of on our out please published report reported reports
    saved stored stories story tell that the their there these this to total us was we were what which with written you your""".split()
)
"""Words that say nothing but that the archive is meant."""
_WORD = re.compile(r"[^\W_]+")

Wanted = Literal["count", "list", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class ArchiveQuestion:
    """What is asked of the catalogue. `item` is the word for what it holds, as asked; `since` and `until` are days, both
    included; `author` and `topic` are "" when not asked for."""

    wanted: Wanted
    item: str
    author: str = ""
    topic: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def one(self) -> bool:
        """Whether a single document is asked for."""
        return self.wanted in ("newest", "oldest") and not self.item.lower().endswith("s")


def archive_question(question: str, today: date) -> ArchiveQuestion | None:
    """What `question`, asked `today`, wants of the catalogue; None for a question about anything else.

    >>> archive_question("How many articles by Ann Roe are there on bees?", date(2025, 3, 18))
    ArchiveQuestion(wanted='count', item='articles', author='Ann Roe', topic='bees', since=None, until=None)
    >>> archive_question("How many reports did the police receive?", date(2025, 3, 18)) is None
    True
    """
    asked = question.strip().rstrip(" ?.!")
    wanted: Wanted
    author = ""
    if match := _COUNT.search(asked):
        wanted = "count"
    elif match := _WHICH_IS.search(asked) or _ONE.search(asked):
        wanted = "newest" if match["new"] else "oldest"
    elif match := _LIST.search(asked):
        wanted = "list"
    elif match := _WROTE.search(asked):
        wanted, author = "list", match["author"]
    elif (match := _APPEARED.search(asked)) and time_expressions(asked, today):
        wanted = "list"
    else:
        return None
    item = match.groupdict().get("item") or ("document" if match.re is _ONE else "documents")
    rest = asked[match.end() :]
    rest, since, until = without_time(rest, today)
    if not author and (by := _BY.search(rest) or _HAS_WRITTEN.search(rest)):
        author = re.sub(r"^.*['’]s ", "", by["author"])  # an outlet's
        rest = f"{rest[: by.start()]} {rest[by.end() :]}"
    topic = ""
    if about := _ABOUT.search(rest):
        topic, rest = about["topic"], rest[: about.start()]
        topic = re.sub(
            r"\s+(?:are there|do (?:you|we) have|is there|exist|there are|in (?:the|this|your) (?:archive|collection|corpus|index))$",
            "",
            topic,
        )
        topic = re.sub(r"^(?:the |a |an )", "", topic.strip(), flags=re.IGNORECASE)
    if any(word.lower() not in _FILLER for word in _WORD.findall(rest)):
        return None
    if match.re in (_WROTE, _APPEARED) and not (author or since or until):
        return None
    return ArchiveQuestion(wanted, item, author, topic, since, until)


def without_time(text: str, today: date) -> tuple[str, date | None, date | None]:
    """The text without the words that say when, and the days they give."""
    since: date | None = None
    until: date | None = None
    for expression in reversed(time_expressions(text, today)):
        before = _BEFORE_TIME.search(text[: expression.start])
        how = (before["how"] or "").lower() if before else ""
        begin = before.start() if before else expression.start
        text = f"{text[:begin]} {text[expression.end :]}"
        if how == "since":
            since = expression.first
        elif how == "after":
            since = date.fromordinal(expression.last.toordinal() + 1)
        elif how == "before":
            until = date.fromordinal(expression.first.toordinal() - 1)
        elif how in ("until", "up to"):
            until = expression.last
        else:
            since, until = (
                min(since or expression.first, expression.first),
                max(until or expression.last, expression.last),
            )
    return text, since, until

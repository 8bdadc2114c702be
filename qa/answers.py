"""What an answer is made of. Frozen, standard library only, apart from the hits it was made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from index import Hit


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, with the answer given."""

    question: str
    answer: str = ""

    @staticmethod
    def of(value: Turn | dict[str, Any]) -> Turn:
        """From a turn or a `{"question", "answer"}` row. Raises ValueError for anything else."""
        if isinstance(value, Turn):
            return value
        if isinstance(value, dict) and isinstance(value.get("question"), str):
            answer = value.get("answer")
            return Turn(value["question"], answer if isinstance(answer, str) else "")
        raise ValueError('a history entry needs a "question" (and may have an "answer"), both strings')


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact span of an indexed document: `document.text[start:end] == quote`.

    `highlight` is the span of the words inside it that answer, when they are known; `score` is in 0..1; `locator` is the line
    above the post of a live page that it stands in, "" elsewhere.
    """

    number: int
    document_id: str
    title: str
    source: str
    published: datetime | None
    quote: str
    start: int
    end: int
    score: float
    highlight: tuple[int, int] | None = None
    locator: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "document_id": self.document_id,
            "title": self.title,
            "source": self.source,
            "published": self.published.isoformat() if self.published else None,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "score": round(self.score, 4),
            "highlight": list(self.highlight) if self.highlight else None,
            "locator": self.locator,
        }


Verdict = Literal["supported", "partly", "not_found"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, without marks, the numbers of the citations that support it, and how far they do.

    `support` in 0..1 is the higher the better supported; `reason` says in words why. A sentence that was not
    found has no citations, is no part of the answer's text, and is shown struck. `computed` says that code
    reckoned it from what its citations say. `label` stands before a quotation: the day that its document tells of it, or that
    it denies what the question takes for granted."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict = "supported"
    reason: str = "quoted word for word"
    support: float = 1.0
    computed: bool = False
    label: str = ""

    def with_marks(self) -> str:
        return f"{self.text} {''.join(f'[{n}]' for n in self.citations)}".rstrip()

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "citations": list(self.citations),
            "verdict": self.verdict,
            "reason": self.reason,
            "support": round(self.support, 4),
            "computed": self.computed,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a disagreement: the citation that makes it, who says it ("" when nobody is named), and the words."""

    citation: int
    speaker: str
    title: str
    published: datetime | None
    words: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "citation": self.citation,
            "speaker": self.speaker,
            "title": self.title,
            "published": self.published.isoformat() if self.published else None,
            "words": self.words,
        }


ConflictKind = Literal["values", "over time", "accounts", "correction", "unconfirmed"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims of the sources that do not agree. `text` is for the user. One that is "unconfirmed" has one claim."""

    kind: ConflictKind
    claims: tuple[Claim, ...]
    text: str

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text, "claims": [c.to_dict() for c in self.claims]}


Time = Literal["latest", "days", "when", "none"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found out of a question: what it is about, whose words or articles it asks for ("" for nobody's), and what
    time counts: the newest state of things ("latest"), the days from `since` to `until` ("days", None where it is open),
    one that is asked for ("when"), or none."""

    subject: str = ""
    author: str = ""
    time: Time = "none"
    since: date | None = None
    until: date | None = None

    @property
    def period(self) -> str:
        """The time that counts, for people: "17 March 2025", "since 3 March 2025"; "" where none does."""
        if self.time == "latest":
            return "the latest state"
        since, until = (day and day.strftime("%-d %B %Y") for day in (self.since, self.until))
        if since and until:
            return since if since == until else f"{since} to {until}"
        return f"since {since}" if since else f"until {until}" if until else ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "author": self.author,
            "time": self.time,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or an abstention. `hits` are the passages it was made from, best first.

    `asked` is what was found out of the question; `premise_denied`: what it takes for granted is denied. `missing` are the parts of the question that the corpus does not answer. `conflicts` are claims of the sources that do not agree. `answerable` in 0..1 says how likely the corpus answers the question; `notes` are for the user
    (a removed mark, a removed sentence, the nearest passage of an abstention).
    """

    question: str
    search_query: str
    text: str
    abstained: bool
    answerer: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    answerable: float = 0.0
    incomplete: bool = False
    premise_denied: bool = False
    missing: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()
    asked: Asked = Asked()
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def outcome(self) -> Literal["answered", "partly", "not_said", "false_premise"]:
        """`partly` when the corpus does not say a part of what was asked (`missing`); `false_premise` when it denies what the
        question takes for granted, and the answer is the sentence that does."""
        if self.abstained:
            return "not_said"
        if self.premise_denied:
            return "false_premise"
        return "partly" if self.missing else "answered"

    def to_dict(self) -> dict[str, Any]:
        """The answer object of the command line and of batch files."""
        return {
            "question": self.question,
            "search_query": self.search_query,
            "asked": self.asked.to_dict(),
            "text": self.text,
            "abstained": self.abstained,
            "answerer": self.answerer,
            "sentences": [s.to_dict() for s in self.sentences],
            "citations": [c.to_dict() for c in self.citations],
            "answerable": round(self.answerable, 4),
            "incomplete": self.incomplete,
            "outcome": self.outcome,
            "missing": list(self.missing),
            "conflicts": [c.to_dict() for c in self.conflicts],
            "notes": list(self.notes),
            "timings_ms": {k: round(v, 1) for k, v in self.timings_ms.items()},
        }

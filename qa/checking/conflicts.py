"""Where sources disagree: two values for one question, or two accounts that deny each other.

Each claim is kept with who makes it, where and when, and shown beside the others; the newest is not
taken for true because it is the newest. Found without a model, from the sentences the reader thinks
answer: their answering words are compared as amounts, dates or names, and what they say by
`reversed_words`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, takewhile

from index.language.amounts import amounts, missing_amounts
from index.language.events import contradicts, events
from index.language.moments import missing_moments, moments
from index.language.parsing import Word, parsed
from index.language.sentences import DATELINE
from index.language.speakers import speakers
from index.language.stances import reversed_words, stances
from index.language.words import ANY_REPORTING, STOP_WORDS, content_stems, plain, stem

from ..answers import Claim, Conflict, ConflictKind

MAX_CLAIMS = 5
VALUE_ODDS = 0.002
"""A sentence may give another value when its score is at least this share of the best one's (in odds)…"""
VALUE_SCORE = 0.2
"""…and at least this much. For accounts that deny each other the denial itself is the evidence."""
NAME_SCORE = 0.9
"""What a sentence must score before its name, or other words, count as another answer; amounts and dates show by themselves."""
LONGEST_NAME = 8
"""Words that an answer which is a name or the like may have."""
SURE, SURE_OF_NAME = 0.5, 0.9
"""From these scores on a sentence surely answers, and may do so in other words than the question's; a name fits too many
questions and needs more."""
WORDS_NEAR, WORDS_NEAR_IF_SURE = 0.5, 0.25
"""Share of the question's content words that the sentence itself must have."""
VERY_SURE = 0.8
WORDS_AROUND, WORDS_AROUND_IF_VERY_SURE = 0.7, 0.5
"""The same for the sentence with its passage, the less from this score on. All of these were set by hand, with
sight of our own questions of both parts (README, "Figures")."""
ECHO_ODDS = 0.01
"""What a text that repeats the question says is answered by what others say when its odds are this share of the best ones."""
SCORE_BESIDE_ECHOES, WORDS_BESIDE_ECHOES = 0.02, 0.5
"""What another sentence must score, or have of the question's words: what contradicts such texts need not be likely."""
ACCOUNTS_SHARE = 0.25
"""Share of the shorter one's content words that two accounts of one matter have in common."""
_COUNTED = re.compile(
    r"\bhow (?:many|much|long|far|fast|often)\b|\bwhat (?:is|was|are|were) the (?:[\w-]+ ){0,3}"
    r"(?:number|price|cost|toll|population|length|height|speed|size|value|share|percentage|rate|score|result|total|area|weight|age)\b|"
    r"\b(?:what|which) (?:percentage|share|number|amount|price|rate|score)\b|\btoll\b",
    re.IGNORECASE,
)
_TIMED = re.compile(
    r"\bwhen\b|\b(?:what|which|on what|in what|in which|at what|on which) (?:year|date|day|month|time|hour)s?\b|\bbirth date\b|\bdate of\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^\W*(?:(?:in|on|at|for|with|by|to|from|of|under) )?(?:who(?!se)|whom|where|which|what (?!is|was|are|were|did|does|do|has|have|had|will|would|can|could|should|happened)[\w-]+)\b"
    rf"(?!.*\b(?:{ANY_REPORTING})\b)"
    r"|^\W*what (?:is|was) the (?:[\w-]+ ){1,3}(?:of|for|in)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:list|name all|which (?:[\w-]+ )?(?:countries|people|companies|cities|ministers|places|groups|dates|summits|players|books|films))\b|"
    r"\b(?:both|each|all the|different|change|changed)\b|\bwhat (?:are|were|do|did|does|has|have|happened)\b|\bwho are\b|\bwhere and\b|\bwhen and\b|\band (?:when|where|who|how|what)\b",
    re.IGNORECASE,
)

_WHETHER = re.compile(r"^\W*(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would|should)\b", re.IGNORECASE)
"""Questions whether something is so, on which two accounts can contradict each other."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_STATES = frozenset(map(stem, "located situated based associated known called named titled".split()))
"""Verbs that stand for "is" in a question, and need not stand in its answer."""
_MAIN = ("ROOT", "xcomp", "ccomp", "conj")
_NOUN_PHRASE = ("JJ", "JJS", "CD", "VBG", "NN", "NNS", "NNP", "NNPS")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that may answer. `number` is for the caller; `words` are its answering words; `score` is in 0..1; `echo`:
    its document repeats the question (`echoes.py`); `written`: when its document was, or its post of a live page."""

    number: int
    document_id: str
    text: str
    words: str
    around: str
    score: float
    echo: bool = False
    written: datetime | None = None

    @property
    def odds(self) -> float:
        return self.score / max(1 - self.score, 1e-6)


def disagreements(question: str, statements: Sequence[Statement]) -> list[tuple[ConflictKind, list[Statement]]]:
    """(what kind, the statements that disagree, best first); at most one of each kind.

    "values" are different answers to one question, "accounts" sentences of which one denies the other.
    """
    differing: list[tuple[ConflictKind, list[Statement]]] = []
    if sides := _beside_echoes(question, statements):
        differing.append(("accounts", sides))
    elif values := _different_values(question, statements):
        differing.append(("values", values))
    elif accounts := _opposed_accounts(question, statements):
        differing.append(("accounts", accounts))
    return differing


def _different_values(question: str, statements: Sequence[Statement]) -> list[Statement]:
    if not statements:
        return []
    statements = [s for s in statements if s.score >= VALUE_SCORE and s.odds >= VALUE_ODDS * statements[0].odds]
    kind = asked_for(question)
    if kind is None:
        return []
    asked = content_stems(question)
    groups: list[tuple[frozenset[object], Statement]] = []
    for statement in statements:
        value = _value(kind, statement)
        if not value or not _about(kind, asked, statement) or _elsewhen(question, statement):
            continue
        if kind == "name" and not _of_the_kind(question, statement):
            continue
        if any(value & known for known, _ in groups) or (groups and not _same_kind(kind, groups[0][0], value)):
            continue
        groups.append((value, statement))
    chosen = [s for _, s in groups[:MAX_CLAIMS]]
    apart = len({(s.document_id, s.written) for s in chosen}) > 1 or _different_speakers(chosen)
    return chosen if apart else []


def _beside_echoes(question: str, statements: Sequence[Statement]) -> list[Statement]:
    """The best statement of a document that does not repeat the question, before the best of one that does; none where they
    give the same value, or either says nothing of the matter."""
    if not statements:
        return []
    echoed = next((s for s in statements if s.echo and s.odds >= ECHO_ODDS * statements[0].odds), None)
    if echoed is None:
        return []
    asked = content_stems(question)
    kind = asked_for(question)
    whole = not content_stems(echoed.words) - asked

    def said(statement: Statement) -> frozenset[object]:
        if kind in ("amount", "time") and _value(kind, echoed):
            return _value(kind, statement)
        return frozenset(content_stems(statement.text if whole else statement.words) - asked)

    theirs = said(echoed)
    for other in (s for s in statements if not s.echo and (mine := said(s))):
        shared = len(asked & content_stems(f"{other.text} {other.around}"))
        if other.score >= SCORE_BESIDE_ECHOES or shared >= WORDS_BESIDE_ECHOES * len(asked):
            return [] if mine <= theirs or theirs <= mine else [other, echoed]
    return []


def asked_for(question: str) -> str | None:
    """What kind of value answers a question, "time", "amount" or "name"; None for several, or for none of these."""
    if _SEVERAL.search(question):
        return None
    if _TIMED.search(question):
        return "time"
    if _COUNTED.search(question) or _how_great(question):
        return "amount"
    return "name" if _NAMED.search(question) else None


def _how_great(question: str) -> bool:
    """Whether "how" asks for the measure of something: "how old", "how full"; not "how did" or "how well".

    >>> _how_great("How full are the lakes?"), _how_great("How did the lakes dry up?")
    (True, False)
    """
    words = parsed(question)
    return any(
        a.text.lower() == "how" and b.tag == "JJ" and b.start == a.end + 1
        for a, b in zip(words, words[1:], strict=False)
    )


def _value(kind: str, statement: Statement) -> frozenset[object]:
    if kind == "amount":
        counted = (a for a in amounts(statement.words) if not _YEAR.fullmatch(a.written))
        return frozenset((a.value, a.unit if a.unit in ("%", "th") else "") for a in counted)
    if kind == "time":
        times = {(m.kind, m.value) for m in moments(statement.words)}
        years = {("year", int(a.value)) for a in amounts(statement.words) if 1000 <= a.value <= 2200}
        for best in (("minute",), ("day",), ("year",), ("month",), ("weekday",)):
            if chosen := {v for v in times | years if v[0] in best}:
                return frozenset(chosen)
        return frozenset()
    dateline = DATELINE.match(statement.text)
    if dateline and statement.words in dateline[0]:
        return frozenset()
    if statement.score < NAME_SCORE or len(statement.words.split()) > LONGEST_NAME:
        return frozenset()
    return frozenset(content_stems(statement.words))


def _same_kind(kind: str, one: frozenset[object], two: frozenset[object]) -> bool:
    """Times and amounts compare only within a kind: a weekday does not contradict an hour, nor a share a number."""
    which = {"time": 0, "amount": 1}.get(kind)
    return which is None or {v[which] for v in one} == {v[which] for v in two}  # type: ignore[index]


def _about(kind: str, asked: frozenset[str], statement: Statement) -> bool:
    """Whether the sentence speaks of what is asked, with what stands around it."""
    near, all_around = content_stems(statement.text), content_stems(f"{statement.text} {statement.around}")
    # A sentence that surely answers may use other words; one that hardly does must use the question's.
    sure = statement.score >= (SURE_OF_NAME if kind == "name" else SURE)
    wanted_near = WORDS_NEAR_IF_SURE if sure else WORDS_NEAR
    wanted_around = WORDS_AROUND_IF_VERY_SURE if statement.score >= VERY_SURE else WORDS_AROUND
    return len(asked & all_around) >= wanted_around * len(asked) and len(asked & near) >= wanted_near * len(asked)


def _of_the_kind(question: str, statement: Statement) -> bool:
    """Whether the sentence or its passage has the question's verb, done where the question has it done, and speaks of what is
    asked for: of a judge, where the question is "Which judge …?"."""
    words = parsed(question)
    told, held = content_stems(f"{statement.text} {statement.around}"), stances(statement.text)
    for verb in (w for w in words if w.is_verb and w.role in _MAIN and _telling(w)):
        stances_of = held.get(stem(plain(verb.text)), set())
        if stem(plain(verb.text)) not in told:
            return False
        if verb.tag == "VBD" and stances_of and all(s.coming or s.negated for s in stances_of):
            return False
    first = next((n for n, w in enumerate(words) if w.text.lower() in ("which", "what")), len(words))
    nouns = list(takewhile(lambda w: w.tag in _NOUN_PHRASE, words[first + 1 :]))
    return not nouns or stem(plain(nouns[-1].text)) in told


def _telling(word: Word) -> bool:
    return plain(word.text) not in STOP_WORDS and stem(plain(word.text)) not in _STATES


def _elsewhen(question: str, statement: Statement) -> bool:
    """Whether the question names a day or a number that the passage does not: it speaks of another occasion."""
    around = f"{statement.text} {statement.around}"
    return bool(missing_moments(question, around) or missing_amounts(question, around))


def _different_speakers(statements: Sequence[Statement]) -> bool:
    said = [speakers(s.text) for s in statements]
    return any(a and b and not set(a) & set(b) for a, b in combinations(said, 2))


def _opposed_accounts(question: str, statements: Sequence[Statement]) -> list[Statement]:
    """The best statement and the first that denies it: what is asked is turned round between them, about the same and by
    another speaker or source."""
    asked = _whether(question)
    for one, two in ((statements[0], s) for s in statements[1:] if asked):
        shared = content_stems(one.text) & content_stems(two.text)
        least = min(len(content_stems(one.text)), len(content_stems(two.text)))
        apart = (one.document_id, one.written) != (two.document_id, two.written) or _different_speakers([one, two])
        if not apart or not least or len(shared) / least < ACCOUNTS_SHARE:
            continue
        turned = {r.stem for a, b in ((one, two), (two, one)) for r in reversed_words(a.text, b.text)}
        told = events(two.text)
        turned |= {e.verb for e in events(one.text) if any(contradicts(other, e, two.around) for other in told)}
        if turned & asked:
            return [one, two]
    return []


def _whether(question: str) -> frozenset[str]:
    """The stems of the verbs, or of what is said by "is", that a question puts in doubt; none for a question that does not
    ask whether something is so.

    >>> sorted(_whether("Did the ferry sound her horn after it was struck?"))
    ['sound']
    """
    if not _WHETHER.match(question):
        return frozenset()
    doubted = (w for w in parsed(question) if (w.is_verb and w.role in _MAIN) or w.role == "acomp")
    return frozenset(stem(plain(w.text)) for w in doubted if _telling(w))


def conflict(kind: ConflictKind, claims: Sequence[Claim]) -> Conflict:
    """What the user is told, in words, beside the claims themselves."""
    said = "; ".join(f"{_by(c)}: {c.words} [{c.citation}]" for c in claims)
    by_speaker = {c.speaker for c in claims}
    dated = [(instant(c.published), c) for c in claims if c.published]
    one_page = len({c.title for c in claims}) == 1
    if (
        (kind == "values" or one_page)
        and len(dated) == len(claims)
        and len({at for at, _ in dated}) > 1
        and len(by_speaker) == 1
    ):
        ordered = [c for _, c in sorted(dated, key=lambda d: d[0], reverse=True)]
        said = "; ".join(f"{_by(c)}: {c.words} [{c.citation}]" for c in ordered)
        return Conflict("over time", tuple(ordered), f"Reports differ over time, newest first: {said}.")
    if kind == "unconfirmed":
        return Conflict(kind, tuple(claims), f"Said by texts alone that repeat the question word for word: {said}.")
    if kind == "correction":
        return Conflict(kind, tuple(claims), f"Corrected, the correction first: {said}.")
    return Conflict(kind, tuple(claims), f"The sources differ: {said}.")


def instant(published: datetime) -> datetime:
    """Comparable with others: a time without a zone counts as UTC."""
    return published if published.tzinfo else published.replace(tzinfo=UTC)


def _by(claim: Claim) -> str:
    when = claim.published.strftime("%-d %B %Y, %H:%M") if claim.published else ""
    return ", ".join(x for x in (claim.speaker or claim.title, when) if x)

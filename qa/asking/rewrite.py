"""A question and the turns before it -> a question that stands alone.

Without a model: pronouns are replaced by the names of the previous question (and of its answer), in
the order of their roles; a fragment ("And in Paris?") takes over the previous question's words. With
a model: its rewriting is used when it looks like one, otherwise the deterministic one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.moments import CALENDAR
from index.language.names import names
from index.language.pronouns import OBJECTS, POSSESSIVES, SUBJECTS

from ..answers import Turn
from ..models.protocol import ChatModel
from ..writing.prompts import rewrite_messages
from ..writing.reply import without_thinking
from .question import MAX_QUESTION

_LEADING = re.compile(r"^(?:(?:and|but|so|then|ok(?:ay)?|also|well)\b[\s,]*)+", re.IGNORECASE)
_FRAGMENT = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?:what|how)\s+about\b|^(?:and|or)\s+(?!when|where|who|what|why|how|did|was|is|does|do|has|have|which)\w+",
    re.IGNORECASE,
)
_SECOND_PART = re.compile(r",? and (?:when|where|who|whom|what|which|why|how)\b.*$", re.IGNORECASE | re.DOTALL)
_SUBJECT = re.compile(rf"\b({'|'.join(SUBJECTS)})\b", re.IGNORECASE)
_OBJECT = re.compile(rf"\b({'|'.join(OBJECTS)}|each other)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(rf"\b({'|'.join(POSSESSIVES)})\b", re.IGNORECASE)
_HER = re.compile(r"\bher\b", re.IGNORECASE)
_ITS_OWNER = re.compile(rf"\b(?:he|she|{'|'.join(POSSESSIVES)}|her(?= [a-z]))\b", re.IGNORECASE)
_NOT_THE_OWNER = re.compile(r"\b(?:in|at|from|to|near|of|on|by|about|with|for|the)\s+$", re.IGNORECASE)
"""Before a name that "his" hardly stands for: "in Paris", "with Obama", "the Kremlin"."""
_PLACE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!will )\bthere\b(?!\s+(?:is|are|was|were|be|been|any))", re.IGNORECASE
)
_THING = re.compile(
    r"\b(it|this|that|these|those|the (?:call|meeting|talks|deal|agreement|visit|attack|report|plan|storm|fire|vote|strike|trial|case|statement|speech|company|country|city))\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(?:and )?(?:when|where|why|how|who|how come|how many|how much|by how (?:much|many)|for how (?:long|much)|how (?:long|often|far)|since when|until when|with whom|what for|what (?:time|year|day|date)|which (?:one|ones))(?:\s+(?:exactly|so|not|then|was that|did that happen|is that))?\s*\??$",
    re.IGNORECASE,
)

_AGAIN = re.compile(
    r"^\W*(?:(?:but |and )?are you (?:really |quite |absolutely )?(?:sure|certain)(?: (?:about|of) (?:that|this|it))?|you sure|really|is (?:that|this|it) (?:really )?(?:right|true|correct|so|certain)|"
    r"(?:please )?(?:check|verify)(?: (?:that|this|it|again))*|can you (?:check|confirm|verify)(?: (?:that|this|it|again))*|says who|who says(?: so| that)?|according to wh(?:om|o)|"
    r"how do you know(?: (?:that|this))?|what (?:is|are|'s) (?:your|the) sources?)\W*$",
    re.IGNORECASE,
)
"""Asks the question before once more."""
_OTHERS = re.compile(
    r"^\W*(?:(?:and|what about|how about|who (?:are|were)|what (?:are|were)|which (?:are|were)) )*the (?:others?|other ones?|rest)\W*$|"
    r"^\W*(?:and )?(?:who|what|where|which ones?) else\W*$|^\W*(?:and )?any(?:one|body|thing|where)? (?:others?|else|more)\W*$|"
    r"^\W*(?:tell me |is there |are there )?(?:any )?more(?: about (?:that|this|it))?\W*$",
    re.IGNORECASE,
)
"""Asks for what the answer before left out."""
SHORTEST_REWRITING, LONGEST_REWRITING = 5, 300
"""Characters of what a model may make of a question; all else is chatter."""
KNOWN_SHARE = 0.6
"""Share of a rewriting's words that must stand in the conversation: a model that brings in others answers instead."""


def needs_history(question: str) -> bool:
    """Whether a question points at something said before. In "Who found it and how old is she?" only the first part can."""
    short = len(question.split()) <= 4
    first = _SECOND_PART.sub("", question)
    question = _set_aside(first if len(first.split()) > 3 else question)[0]
    return bool(
        _asks_the_same(question)
        or _FRAGMENT.search(question)
        or _BARE.match(question.strip())
        or _LEADING.match(question)
        or any(p.search(question) for p in (_SUBJECT, _OBJECT, _POSSESSIVE, _HER, _PLACE))
        or (_THING.search(question) and not names(question))
        or (short and not names(question))
    )


def asks_for_others(question: str) -> bool:
    """Whether a question asks for what the answer before it left out.

    >>> asks_for_others("And the others?"), asks_for_others("Who else was there on Monday?")
    (True, False)
    """
    return bool(_OTHERS.match(question))


def _asks_the_same(question: str) -> bool:
    """Whether it is the question before once more, for the same answer or for what that left out."""
    return bool(_AGAIN.match(question)) or asks_for_others(question)


def _set_aside(question: str) -> tuple[str, list[str]]:
    """The question with a mark in the place of each pronoun that a name before it in the question owns, and those.

    >>> _set_aside("What did Putin pay for his car?")[1], _set_aside("Who in Paris heard his speech?")[1]
    (['his'], [])
    """
    named = [
        at.start()
        for name in names(question)
        for at in re.finditer(rf"\b{re.escape(name)}\b(?!['’]s)", question)
        if not _NOT_THE_OWNER.search(question[: at.start()])
    ]
    start = min(named, default=len(question))
    owned: list[str] = []

    def mark(pronoun: re.Match[str]) -> str:
        owned.append(pronoun[0])
        return f"\0{len(owned) - 1}\0"

    return question[:start] + _ITS_OWNER.sub(mark, question[start:]), owned


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The deterministic rewriting; the question itself when it needs no history or there is none.

    >>> stand_alone("And when did he meet him?", [Turn("Where did Biden meet Putin?", "")])
    'when did Biden meet Putin?'
    >>> stand_alone("What about Obama?", [Turn("Where did Bush meet Putin?", "")])
    'Where did Obama meet Putin?'
    >>> stand_alone("Are you sure?", [Turn("Where did Bush meet Putin?", "In Slovenia. [1]")])
    'Where did Bush meet Putin?'
    """
    question = question.strip()
    if not history or not needs_history(question):
        return question
    previous = _resolved_previous(history)
    if _asks_the_same(question):
        return previous
    if _FRAGMENT.search(question):
        return _with_swapped_name(question, previous)
    if _BARE.match(question):
        return f"{question.rstrip('?').strip()}? {statement(previous)}"
    bare, owned = _set_aside(_LEADING.sub("", question) or question)
    known = [n for n in _people_first(previous, history[-1].answer) if n.lower() not in bare.lower()]
    rewritten, bare = (_put_back(q, owned) for q in (_substituted(bare, known), bare))
    if rewritten == bare or not names(rewritten):
        # Nothing to put in place of a word: the previous question's subject keeps the search on it.
        return f"{bare} {statement(previous)}"
    missing = [n for n in names(previous) if n.lower() not in rewritten.lower()]
    return rewritten if len(names(rewritten)) >= 2 or not missing else f"{rewritten} ({statement(previous)})"


def _put_back(question: str, owned: Sequence[str]) -> str:
    return re.sub(r"\0(\d+)\0", lambda mark: owned[int(mark[1])], question)


def rewrite(question: str, history: Sequence[Turn], model: ChatModel | None = None) -> str:
    """The question to search for. Raises LLMError when the model fails."""
    if not history or not needs_history(question):
        return question.strip()
    plain = stand_alone(question, history)[:MAX_QUESTION]
    if model is None or _asks_the_same(question):
        return plain
    said = "".join(model.stream(rewrite_messages(question, history)))
    return _usable(said, question, history) or plain


def _usable(said: str, question: str, history: Sequence[Turn]) -> str | None:
    """A model's rewriting, if it is one: a single short line about what the conversation is about."""
    line = next((x.strip() for x in without_thinking(said).split("\n") if x.strip()), "")
    line = re.sub(r"^(?:(?:rewritten|standalone|last) question|question)\s*:\s*", "", line, flags=re.IGNORECASE)
    line = line.strip("\"“”'` ")
    if not SHORTEST_REWRITING <= len(line) <= LONGEST_REWRITING:
        return None
    asked = f"{question} " + " ".join(f"{t.question} {t.answer}" for t in history)
    known = set(re.findall(r"\w{3,}", asked.lower()))
    words = re.findall(r"\w{3,}", line.lower())
    return line if words and sum(w in known for w in words) / len(words) >= KNOWN_SHARE else None


def _resolved_previous(history: Sequence[Turn]) -> str:
    """The last question, itself resolved against the turns before it."""
    last = history[-1].question.strip()
    return stand_alone(last, history[:-1])[:MAX_QUESTION] if len(history) > 1 else last


def _people_first(previous: str, answer: str) -> list[str]:
    """Names of the previous question in order; after "who …" the answer's first name is the person meant."""
    asked = [n for n in names(previous) if not _is_a_day(n)]
    plain = re.sub(r"\[\d+\]", "", answer)
    answered = [n for n in names(plain) if n not in asked and not _is_a_day(n)]
    if re.match(r"\W*(?:and\s+)?who\b", previous, re.IGNORECASE) and answered:
        return [answered[0], *asked]
    return asked or answered[:2]


def _is_a_day(name: str) -> bool:
    """Whether a name is one of the calendar's ("March", "Tuesday"): no one that "he" stands for."""
    return all(word.strip(".,").lower() in CALENDAR for word in name.split())


def _substituted(question: str, known: Sequence[str]) -> str:
    """Pronouns replaced by names: the subject first, then the object; possessives take the subject."""
    left = list(known)
    if not left:
        return question
    subject = left[0]
    spoken = bool(_SUBJECT.search(question))
    if spoken:
        plural = re.search(r"\bthey\b", question, re.IGNORECASE)
        stands_for = " and ".join(left[:2]) if plural and len(left) > 1 else subject
        question = _SUBJECT.sub(stands_for, question, count=1)
        question = _SUBJECT.sub(stands_for, question)
    other = left[1] if spoken and len(left) > 1 else subject
    question = _OBJECT.sub(other, question)
    question = _POSSESSIVE.sub(f"{subject}'s", question)
    question = _HER.sub(
        other if re.search(r"\bher\s*[?.!,]|\bher$", question, re.IGNORECASE) else f"{subject}'s", question
    )
    if _PLACE.search(question):
        question = _PLACE.sub(f"in {left[-1]}", question)
    elif question and _THING.search(question) and not spoken:
        question = _THING.sub(
            lambda m: f"{m[0]} ({subject})" if m[0].lower().startswith("the ") else subject, question, count=1
        )
    return question


def _with_swapped_name(question: str, previous: str) -> str:
    """The previous question asked of someone else ("What about Obama?"), or with a place or time added."""
    rest = _FRAGMENT.sub(lambda m: "" if "about" in m[0].lower() else m[0], question)
    rest = _LEADING.sub("", rest).strip(" ?")
    asked = names(previous)
    if asked and names(rest) == [rest]:
        return previous.replace(asked[0], rest, 1)
    return f"{previous} {rest}".strip()


def statement(question: str) -> str:
    """A question without its question word, as words to search for.

    >>> statement("Where did Bush meet Putin?")
    'Bush meet Putin'
    """
    return re.sub(
        r"^\W*(?:(?:who|whom|whose|what|which|when|where|why|how(?: many| much| long)?)\b\s*)?(?:(?:did|do|does|is|are|was|were|has|have|had|will)\b)?\s*",
        "",
        question.strip(),
        flags=re.IGNORECASE,
    ).rstrip(" ?")

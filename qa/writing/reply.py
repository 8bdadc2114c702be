"""A model's reply as text -> its sentences with the numbers that they cite. Nothing is judged here.

Models think aloud, open with "Sure!", write JSON, Markdown and links, cite in a dozen ways, list their sources, go on
with a question of their own and repeat themselves: all that is left out or read alike.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from index.language.sentences import sentences

from ..checking.citations import Marked

_THINKING = "think|thinking|thought|reasoning"
_OPEN_THINK = re.compile(rf"<(?:{_THINKING})>", re.IGNORECASE)
_CLOSE_THINK = re.compile(rf"</(?:{_THINKING})>", re.IGNORECASE)
_THOUGHT = re.compile(rf"<({_THINKING})>.*?(?:</\1>|$)", re.DOTALL | re.IGNORECASE)
_LONGEST_TAG = len("</reasoning>")

_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|&|and|-|–|to)\s*(?:passages?|sources?)?\s*\d{1,3})*"
_MARK = re.compile(
    rf"\[\^?\s*(?:passages?|sources?|citations?|refs?\.?)?\s*:?\s*({_NUMBERS})\s*\]"
    rf"|\(\s*(?:passages?|sources?|citations?|refs?\.?)\s*:?\s*({_NUMBERS})\s*\)"
    rf"|[【〔]\s*({_NUMBERS})[^】〕]{{0,12}}[】〕]"
    r"|([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})",
    re.IGNORECASE,
)
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LONGEST_RANGE = 20
"""Numbers that a range like [2-9] may span and still be one; further apart they are two numbers."""
_UNFINISHED = re.compile(r"(?:\[[^\]]{0,24}|<[^>]{0,12}|【[^】]{0,24})$")
_REFUSAL = re.compile(
    r"not[_ ]in[_ ](?:the[_ ])?sources?"
    r"|\b(?:passages?|sources?|documents?|context|text|reports?|information provided)\b[^.]{0,40}\b(?:do(?:es)? not|don['’]t|doesn['’]t|did not|cannot|contains? no|provides? no)\b"
    r"|\b(?:I|we) (?:do not|don['’]t|cannot|can['’]t|could not|am unable|are unable)\b[^.]{0,30}\b(?:know|find|answer|determine|say)\b"
    r"|\b(?:no|not enough|insufficient) (?:information|mention|evidence)\b",
    re.IGNORECASE,
)
_SOURCE_LIST = re.compile(r"^\W*(?:sources?|references?|citations?|passages?)\b\W*[\d\s,;]*$", re.IGNORECASE)
_PREAMBLE = re.compile(
    r"^(?:(?:(?:final )?answer|response|sure|certainly|of course|okay|here(?:'s| is| are)|based on (?:the|these)|according to the "
    r"(?:passages|sources))\b[^.:!]{0,60}[:!]\s*"
    r"|(?:based on|according to|from) (?:the|these) (?:provided |given |above )?(?:passages?|sources?|context|information|text|reports?),\s*)+",
    re.IGNORECASE,
)
_TRAILER = re.compile(
    r"\n\s*(?:sources?|references?|citations?|question|q|user|human|note to user)\s*:.*$", re.IGNORECASE | re.DOTALL
)
_POLITE = re.compile(
    r"^\W*(?:I hope (?:this|that)|let me know|feel free|is there anything|if you (?:have|need) any|please let me know|"
    r"hope (?:this|that) helps|happy to help|as an AI)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(([^)]{0,2000})\)")
_DECORATION = re.compile(r"(?m)^\s{0,20}(?:[-*•]\s+|#{1,6}\s+|\d{1,2}[.)]\s+)|\*\*|__|`")
_ANSWER_KEYS = ("answer", "response", "text", "reply")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model says, sentence by sentence, each once. `refused` when it said that the passages do not answer."""

    sentences: tuple[Marked, ...]
    refused: bool


class StreamFilter:
    """Makes a stream of pieces fit to be shown: thinking is left out, a half-written mark or tag is held back."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def feed(self, piece: str) -> str:
        """The text that can be shown now.

        >>> f = StreamFilter(); [f.feed(p) for p in ("It ended [", "1", "].<thi", "nk>hm</think> Yes", ".")]
        ['It ended ', '', '[1].', ' Yes', '.']
        """
        self._held += piece
        shown = ""
        while True:
            if self._thinking:
                close = _CLOSE_THINK.search(self._held)
                if not close:
                    self._held = self._held[-_LONGEST_TAG:]
                    return shown
                self._held, self._thinking = self._held[close.end() :], False
            opened = _OPEN_THINK.search(self._held)
            if not opened:
                break
            shown += self._held[: opened.start()]
            self._held, self._thinking = self._held[opened.end() :], True
        unfinished = _UNFINISHED.search(self._held)
        cut = unfinished.start() if unfinished else len(self._held)
        shown, self._held = shown + self._held[:cut], self._held[cut:]
        return shown

    def rest(self) -> str:
        """What was still held back at the end."""
        held, self._held = ("" if self._thinking else self._held), ""
        return held


def without_thinking(text: str) -> str:
    """A reply without what stands between tags of thinking, closed or not.

    >>> without_thinking("<think>2?</think>It rained."), without_thinking("Hm.</think>It rained.")
    ('It rained.', 'It rained.')
    """
    text = _THOUGHT.sub("", text)
    if stray := list(_CLOSE_THINK.finditer(text)):
        text = text[stray[-1].end() :]  # templates that open the tag themselves send only its end
    return text


def clean_reply(reply: str) -> str:
    """A reply without thinking, preamble, decoration and links; marks stay.

    >>> clean_reply("<think>2?</think>Here is the answer: **It** rained [1]. ![x](http://a/b.png)")
    'It rained [1].'
    """
    text = without_thinking(reply)
    text = _LINK.sub(lambda m: "" if m[0].startswith("!") else m[0][: len(m[1]) + 2] if m[1].isdigit() else m[1], text)
    text = _DECORATION.sub("", _unwrapped(text)).strip()
    text = _PREAMBLE.sub("", text).strip()
    # What follows is a list of sources, or the next question of a model that does not stop.
    return _TRAILER.sub("", text).strip()


def parsed(reply: str) -> Reply:
    """The sentences of a reply with the numbers they cite, in order.

    >>> parsed("Sure! It rained [2, 3]. I hope this helps!").sentences
    (Marked(text='It rained.', numbers=(2, 3)),)
    """
    text, marks = _without_marks(clean_reply(reply))
    kept: dict[str, Marked] = {}
    refused = False
    spans = sentences(text)
    for number, span in enumerate(spans):
        said = " ".join(text[slice(*span)].split())
        until = spans[number + 1][0] if number + 1 < len(spans) else len(text) + 1
        if _SOURCE_LIST.match(said) or _POLITE.match(said) or not re.search(r"\w", said):
            continue
        if _REFUSAL.search(said):
            refused = True
            continue
        named = (n for position, ns in marks if span[0] < position <= until for n in ns)
        kept.setdefault(said, Marked(said, tuple(dict.fromkeys(named))))  # a model in a loop says the same again
    return Reply(tuple(kept.values()), refused)


def expand(numbers_text: str) -> list[int]:
    """The numbers a mark names, ranges spelled out.

    >>> expand("2, 7"), expand("1-3"), expand("3 to 1")
    ([2, 7], [1, 2, 3], [3, 1])
    """
    named: list[int] = []
    for part in re.split(
        r"\s*(?:,|;|&|and)\s*", re.sub(r"(?:passages?|sources?)", "", numbers_text, flags=re.IGNORECASE)
    ):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        if len(ends) == 2 and ends[0] < ends[1] <= ends[0] + _LONGEST_RANGE:
            named += range(ends[0], ends[1] + 1)
        else:
            named += ends
    return list(dict.fromkeys(named))


def _unwrapped(text: str) -> str:
    """The answer in a reply that is JSON or a block of code, else the reply."""
    text = re.sub(r"^\s*```\w*\n|\n?```\s*$", "", text)
    if text.lstrip().startswith("{"):
        try:
            reply = json.loads(text)
        except (ValueError, RecursionError):
            broken = re.search(rf'"(?:{"|".join(_ANSWER_KEYS)})"\s*:\s*"((?:[^"\\]|\\.)*)', text)
            return broken[1].replace('\\"', '"') if broken else text
        answers = [v for k, v in reply.items() if isinstance(v, str) and k.lower() in _ANSWER_KEYS]
        return answers[0] if answers else text
    return text


def _without_marks(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without marks, and where each mark stood in it with the numbers it names."""
    parts: list[str] = []
    marks: list[tuple[int, list[int]]] = []
    length = last = 0
    for match in _MARK.finditer(text):
        before = text[last : match.start()].rstrip(" ") if match.start() > last else ""
        parts.append(before)
        length += len(before)
        named = next(g for g in match.groups() if g)
        marks.append((length, expand(named.translate(_SUPERSCRIPT))))
        last = match.end()
    parts.append(text[last:])
    return "".join(parts), marks

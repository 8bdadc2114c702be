"""A model's reply and the passages it was shown -> sentences with valid marks and exact spans.

Nothing the model writes is taken on trust: numbers outside the list are dropped, every sentence is verified
against the passages it cites or, failing that, against the others, what none supports gets no citation and
is struck, a quotation that is in no passage loses its quotation marks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit, Reader
from index.language.facts import false_quotations, no_statement
from index.language.sentences import Span, sentences
from index.language.words import support

from ..answers import Citation, Sentence
from .verdicts import Verdict, verify

MIN_SHARED = 0.2
"""Share of a sentence's words that a passage must have to be cited for it."""

_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|&|and|-|–|to)\s*(?:passages?|sources?)?\s*\d{1,3})*"
_MARK = re.compile(
    rf"\[\^?\s*(?:passages?|sources?|citations?|refs?\.?)?\s*:?\s*({_NUMBERS})\s*\]"
    rf"|\(\s*(?:passages?|sources?|citations?|refs?\.?)\s*:?\s*({_NUMBERS})\s*\)"
    rf"|[【〔]\s*({_NUMBERS})[^】〕]{{0,12}}[】〕]"
    r"|([⁰¹²³⁴⁵⁶⁷⁸⁹]+)",
    re.IGNORECASE,
)
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_OPEN_THINK = re.compile(r"<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_CLOSE_THINK = re.compile(r"</(think|thinking|thought|reasoning)>", re.IGNORECASE)
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
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)]*)\)")
_DECORATION = re.compile(r"(?m)^\s*(?:[-*•]\s+|#{1,6}\s+|\d{1,2}[.)]\s+)|\*\*|__|`")


@dataclass(frozen=True, slots=True)
class Cited:
    """A reply, sentence by sentence. `refused` when the model said that the passages do not answer."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...]
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
                    self._held = self._held[-12:]
                    return shown
                self._held, self._thinking = self._held[close.end() :], False
            opened = _OPEN_THINK.search(self._held)
            if not opened:
                break
            shown += self._held[: opened.start()]
            self._held, self._thinking = self._held[opened.end() :], True
        unfinished = re.search(r"(?:\[[^\]]{0,24}|<[^>]{0,12}|【[^】]{0,24})$", self._held)
        cut = unfinished.start() if unfinished else len(self._held)
        shown, self._held = shown + self._held[:cut], self._held[cut:]
        return shown

    def rest(self) -> str:
        """What was still held back at the end."""
        held, self._held = ("" if self._thinking else self._held), ""
        return held


def clean_reply(reply: str) -> str:
    """A reply without thinking, preamble, decoration and links; marks stay.

    >>> clean_reply("<think>2?</think>Here is the answer: **It** rained [1]. ![x](http://a/b.png)")
    'It rained [1].'
    """
    text = re.sub(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|$)", "", reply, flags=re.DOTALL | re.IGNORECASE)
    if stray := list(_CLOSE_THINK.finditer(text)):
        text = text[stray[-1].end() :]  # templates that open the tag themselves send only its end
    text = _LINK.sub(lambda m: "" if m[0].startswith("!") else m[0][: len(m[1]) + 2] if m[1].isdigit() else m[1], text)
    text = _DECORATION.sub("", _unwrapped(text)).strip()
    text = _PREAMBLE.sub("", text).strip()
    # What follows is a list of sources, or the next question of a model that does not stop.
    return _TRAILER.sub("", text).strip()


def _unwrapped(text: str) -> str:
    """The answer in a reply that is JSON or a block of code, else the reply."""
    text = re.sub(r"^\s*```\w*\n|\n?```\s*$", "", text)
    if text.lstrip().startswith("{"):
        try:
            reply = json.loads(text)
        except ValueError:
            broken = re.search(r'"(?:answer|response|text|reply)"\s*:\s*"((?:[^"\\]|\\.)*)', text)
            return broken[1].replace('\\"', '"') if broken else text
        said = [
            v for k, v in reply.items() if isinstance(v, str) and k.lower() in ("answer", "response", "text", "reply")
        ]
        return said[0] if said else text
    return text


def expand(numbers_text: str) -> list[int]:
    """The numbers a mark names, ranges spelled out.

    >>> expand("2, 7"), expand("1-3"), expand("3 to 1")
    ([2, 7], [1, 2, 3], [3, 1])
    """
    found: list[int] = []
    for part in re.split(
        r"\s*(?:,|;|&|and)\s*", re.sub(r"(?:passages?|sources?)", "", numbers_text, flags=re.IGNORECASE)
    ):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        if len(ends) == 2 and ends[0] < ends[1] <= ends[0] + 20:
            found += range(ends[0], ends[1] + 1)
        else:
            found += ends
    return list(dict.fromkeys(found))


def cite(reply: str, hits: Sequence[Hit], reader: Reader | None = None) -> Cited:
    """Checks a reply against the passages `hits`, which it was shown as numbers 1 to len(hits).

    Sentences that no passage supports are kept without citations and with the verdict "not_found"."""
    text, marks = _without_marks(clean_reply(reply))
    notes: list[str] = []
    kept: list[Sentence] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    refusals = 0
    spans = sentences(text)
    for number, span in enumerate(spans):
        said = " ".join(text[slice(*span)].split())
        until = spans[number + 1][0] if number + 1 < len(spans) else len(text) + 1
        named = [n for position, ns in marks if span[0] < position <= until for n in ns]
        if (
            _SOURCE_LIST.match(said)
            or _POLITE.match(said)
            or not re.search(r"\w", said)
            or any(s.text == said for s in kept)
        ):
            continue  # a model in a loop says the same again
        valid = [n for n in dict.fromkeys(named) if 1 <= n <= len(hits)]
        if invalid := [n for n in dict.fromkeys(named) if n not in valid]:
            notes.append(f"Removed {_listed(invalid)}: the model was shown {len(hits)} passages.")
        if _REFUSAL.search(said):
            refusals += 1
            continue
        if no_statement(said):
            kept.append(Sentence(said, (), "not_found", "it asks or orders instead of stating", 0.0))
            continue
        misquoted = false_quotations(said, (h.passage.text for h in hits))
        for quoted in misquoted:
            said = re.sub(rf'["“]{re.escape(quoted)}["”]', quoted, said)
        verdict, places = _supporting(said, valid, hits, reader)
        if misquoted and verdict.label != "not_found":
            false = f"not a quotation from the source: {', '.join(f'“{q}”' for q in misquoted)}"
            verdict = Verdict("partly", min(verdict.score, 0.5), false)
        own: list[int] = []
        for hit, (start, end), score in places:
            key = (hit.passage.document_id, start, end)
            if key not in citations:
                citations[key] = citation(len(citations) + 1, hit, start, end, score)
            own.append(citations[key].number)
        kept.append(Sentence(said, tuple(dict.fromkeys(own)), verdict.label, verdict.reason, verdict.score))
    return Cited(tuple(kept), tuple(citations.values()), tuple(dict.fromkeys(notes)), bool(refusals))


def citation(number: int, hit: Hit, start: int, end: int, score: float, highlight: Span | None = None) -> Citation:
    """A citation of the characters `start:end` of a passage's document (`highlight` likewise)."""
    p = hit.passage
    return Citation(
        number=number,
        document_id=p.document_id,
        title=p.title,
        source=p.source,
        published=p.published,
        quote=p.text[start - p.start : end - p.start],
        start=start,
        end=end,
        score=score,
        highlight=highlight,
    )


def _listed(numbers_: Sequence[int]) -> str:
    return ", ".join(f"[{n}]" for n in numbers_)


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


def _supporting(
    said: str, marked: Sequence[int], hits: Sequence[Hit], reader: Reader | None
) -> tuple[Verdict, list[tuple[Hit, Span, float]]]:
    """The verdict on a sentence and the spans that support it: of the passages it cites, else of the best two others."""
    cited = [(hits[n - 1], *_narrowed(said, hits[n - 1])) for n in marked]
    verdict = _judged(said, [c for c in cited if c[2] >= MIN_SHARED], reader)
    if verdict.label != "supported":
        rest = sorted(((h, *_narrowed(said, h)) for h in hits), key=lambda c: -c[2])[:2]
        for other in rest:
            again = _judged(said, [other], reader) if other[2] >= MIN_SHARED else NOT_FOUND
            if _ORDER[again.label] > _ORDER[verdict.label]:
                verdict, cited = again, [other]
    if verdict.label == "not_found":
        return verdict, []
    return verdict, [c for c in cited if c[2] >= MIN_SHARED]


NOT_FOUND = Verdict("not_found", 0.0, "the source does not say this")
_ORDER = {"not_found": 0, "partly": 1, "supported": 2}


def _judged(said: str, places: Sequence[tuple[Hit, Span, float]], reader: Reader | None) -> Verdict:
    """Against the cited spans and what stands around them: their passages, with title and day."""
    if not places:
        return NOT_FOUND
    passages = [h.passage for h, _, _ in places]
    days = [f"{p.title}. {p.published:%A, %-d %B %Y}." if p.published else f"{p.title}." for p in passages]
    return verify(said, [*(p.text for p in passages), *days], reader=reader)


def _narrowed(said: str, hit: Hit) -> tuple[Span, float]:
    """The sentence of the passage that best supports `said`, with its neighbour when both are needed."""
    text, offset = hit.passage.text, hit.passage.start
    spans = sentences(text) or [(0, len(text))]
    scored = [(support(said, text[slice(*s)]), s) for s in spans]
    best, span = max(scored, key=lambda x: x[0])
    for one, two in zip(spans, spans[1:], strict=False):
        if span in (one, two):
            both = support(said, text[one[0] : two[1]])
            if both >= best + 0.25:
                best, span = both, (one[0], two[1])
    return (span[0] + offset, span[1] + offset), best

"""A model's reply and the passages it was shown -> sentences with valid marks and exact spans.

Nothing the model writes is taken on trust: numbers outside the list are dropped, every mark must lead
to a passage that supports its sentence, a sentence that no passage supports is removed and that is
said, a quotation that is in no passage loses its quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit
from index.sentences import Span, sentences

from .answers import Citation, Sentence
from .verify import false_quotations, numbers, support

MIN_SUPPORT_MARKED = 0.34
"""Share of a sentence's words that the passage it cites must have."""
MIN_SUPPORT_UNMARKED = 0.55
"""The same for a sentence without a usable mark, for which a passage is looked for."""

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
    r"^(?:sure|certainly|of course|okay|here(?:'s| is| are)|based on the (?:provided )?(?:passages|sources|context)|according to the (?:passages|sources))\b[^.:!]{0,60}[:!]\s*",
    re.IGNORECASE,
)
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)]*)\)")
_DECORATION = re.compile(r"(?m)^\s*(?:[-*•]\s+|#{1,6}\s+|\d{1,2}[.)]\s+)|\*\*|__|`")


@dataclass(frozen=True, slots=True)
class Cited:
    """What is left of a reply. `refused` when the model said that the passages do not answer."""

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
    text = _DECORATION.sub("", text).strip()
    return _PREAMBLE.sub("", text).strip()


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


def cite(reply: str, hits: Sequence[Hit]) -> Cited:
    """Checks a reply against the passages `hits`, which it was shown as numbers 1 to len(hits)."""
    text, marks = _without_marks(clean_reply(reply))
    notes: list[str] = []
    kept: list[Sentence] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    refusals = removed = 0
    spans = sentences(text)
    for number, span in enumerate(spans):
        said = " ".join(text[slice(*span)].split())
        until = spans[number + 1][0] if number + 1 < len(spans) else len(text) + 1
        named = [n for position, ns in marks if span[0] < position <= until for n in ns]
        if _SOURCE_LIST.match(said) or not re.search(r"\w", said):
            continue
        valid = [n for n in dict.fromkeys(named) if 1 <= n <= len(hits)]
        if invalid := [n for n in dict.fromkeys(named) if n not in valid]:
            notes.append(f"Removed {_listed(invalid)}: the model was shown {len(hits)} passages.")
        if _REFUSAL.search(said):
            refusals += 1
            continue
        for quoted in false_quotations(said, (h.passage.text for h in hits)):
            said = re.sub(rf'["“]{re.escape(quoted)}["”]', quoted, said)
            notes.append(f"Not a quotation from the sources: “{quoted}”.")
        supporting = _supporting(said, valid, hits)
        if not supporting:
            removed += 1
            continue
        own: list[int] = []
        for hit, (start, end), score in supporting:
            key = (hit.passage.document_id, start, end)
            if key not in citations:
                citations[key] = citation(len(citations) + 1, hit, start, end, score)
            own.append(citations[key].number)
        sentence = Sentence(said, tuple(dict.fromkeys(own)))
        if sentence not in kept:  # a model in a loop says the same again
            kept.append(sentence)
    if removed:
        notes.append(
            f"{removed} sentence{'s were' if removed > 1 else ' was'} removed: no passage supports "
            f"{'them' if removed > 1 else 'it'}."
        )
    return Cited(tuple(kept), tuple(citations.values()), tuple(dict.fromkeys(notes)), bool(refusals and not kept))


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


def _supporting(said: str, marked: Sequence[int], hits: Sequence[Hit]) -> list[tuple[Hit, Span, float]]:
    """The spans that support a sentence: of the passages it cites, else of any passage, else none."""
    found = []
    for number in marked:
        span, score = _narrowed(said, hits[number - 1])
        if score >= MIN_SUPPORT_MARKED:
            found.append((hits[number - 1], span, score))
    together = " ".join(h.passage.text[s - h.passage.start : e - h.passage.start] for h, (s, e), _ in found)
    titles = " ".join(f"{h.passage.title} {h.passage.published or ''} {h.passage.text}" for h, _, _ in found)
    if found and numbers(said) <= numbers(together) | numbers(titles):
        return found
    best = max(((hit, *_narrowed(said, hit)) for hit in hits), key=lambda x: x[2], default=None)
    if (
        best
        and best[2] >= MIN_SUPPORT_UNMARKED
        and numbers(said) <= numbers(f"{best[0].passage.title} {best[0].passage.text}")
    ):
        return [(best[0], best[1], best[2])]
    return []


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

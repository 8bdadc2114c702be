"""Text -> sentences, as character spans.

The boundaries come from nupunkt, a maintained Punkt implementation (Kiss & Strunk, 2006,
"Unsupervised Multilingual Sentence Boundary Detection") with a model in its package. Two things
are added here because news needs them: a line break that separates paragraphs, captions or posts
always ends a sentence while the break of hard-wrapped text does not, and ranks and clock times
("Lt. Gen. Jones", "10 a.m. ET") stay whole.
"""

from __future__ import annotations

import re
from functools import lru_cache
from statistics import quantiles

from .wordlists import entries

Span = tuple[int, int]

_TERMINAL = re.compile(r"[.!?:;…]['\"”’»)\]]*\s*$")
_BULLET = re.compile(r"\s*(?:[-*•–—#>|]|\d{1,3}[.)]\s)")
DATELINE = re.compile(r"^[A-Z][\w ,.'-]{1,60}(?:\([^)]{2,60}\))? [-–—] ")
"""Where a wire story comes from, before its first sentence."""
_ENDS_IN_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“'])(?:"
    + "|".join(re.escape(a) for a in (*entries("titles"), *entries("abbreviations")) if a.endswith("."))
    + r")\s*$"
)
_ENDS_IN_CLOCK = re.compile(r"\b(?:a\.m|p\.m)\.\s*$", re.IGNORECASE)
_TIME_ZONE = re.compile(r"\(?(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|MSK|JST|IST|AE[SD]T|local time|on )\b")
_CLOCK_ENDS_SENTENCE = re.compile(r"\b[ap]\.m\.\s\(?(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|MSK)\)?\.[\"”]?(?=\s+[\"“A-Z])")
_ENDS_IN_COUNTRY = re.compile(r"\b(?:U\.S|U\.K|U\.N|E\.U|D\.C)\.\s*$")
_FOLLOWS_COUNTRY = re.compile(
    r"(?:President|Vice|Secretary|Senate|Senator|House|Congress|Supreme|District|Circuit|Attorney|Chief|Army|Navy|"
    r"Marine|Air|Coast|Treasury|State|Department|Justice|Federal|Central|Ambassador|Capitol|Security|General|"
    r"Representative|Rep|Sen|Gen|Lt|Dollar|Dollars|Open|Steel|Agency|Embassy|Judge|Trade|Fed)\b"
)
_AGENCY = re.compile(r"\b[A-Z]{2,}|\w/\w|\b(?:Photo|Getty|Pool|via)\b")
_STARTS_LOWER = re.compile(r"[\"“'‘(\[]*[a-zß-öø-ÿ]")
_BREAKS_OFF = re.compile(
    r"(?:^|\s)(?:an?|the|of|to|in|on|at|for|by|with|from|into|and|or|that|than|as|its|their|his|her)\s*$", re.IGNORECASE
)
_LONE_MARKS = re.compile(r"[^\w]*$")


def blocks(text: str) -> list[Span]:
    """Spans of the paragraphs, captions, headings and list items of `text`, without outer whitespace.

    A line break inside hard-wrapped prose (lines of similar length that do not end in punctuation)
    does not end a block; every other line break does.
    """
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]*\n|[^\n]+$", text)]
    width = _wrap_width(text, lines)
    found: list[Span] = []
    start: int | None = None
    for number, (begin, end) in enumerate(lines):
        line = text[begin:end]
        if not line.strip():
            if start is not None:
                found.append((start, begin))
                start = None
            continue
        if start is None:
            start = begin
        following = text[slice(*lines[number + 1])] if number + 1 < len(lines) else ""
        if not _continues(line, following, width):
            found.append((start, end))
            start = None
    if start is not None:
        found.append((start, len(text)))
    return [trimmed for span in found if (trimmed := trim(text, span))[0] < trimmed[1]]


def _wrap_width(text: str, lines: list[Span]) -> int | None:
    """The column at which `text` was hard-wrapped, in characters, or None when it was not."""
    inner = [
        text[b:e].rstrip()
        for (b, e), (nb, ne) in zip(lines, lines[1:], strict=False)
        if text[b:e].strip() and text[nb:ne].strip()
    ]
    if len(inner) < 3:
        return None
    lengths = sorted(len(line) for line in inner)
    width = int(quantiles(lengths, n=10)[-1])
    open_ended = sum(not _TERMINAL.search(line) for line in inner) / len(inner)
    full = sum(length >= 0.75 * width for length in lengths) / len(lengths)
    return width if 40 <= width <= 110 and open_ended >= 0.5 and full >= 0.6 else None


def _continues(line: str, following: str, width: int | None) -> bool:
    if not following.strip() or _BULLET.match(following):
        return False
    if following.startswith(("    ", "\t")) and not line.startswith(("    ", "\t")):
        return False  # an indented first line starts a paragraph
    if (_STARTS_LOWER.match(following.strip()) and not _TERMINAL.search(line)) or _BREAKS_OFF.search(line):
        return True
    if width is None:
        return False
    # A short line ends its paragraph; a line that breaks off without punctuation may be shorter.
    return len(line.rstrip()) >= (0.72 if _TERMINAL.search(line) else 0.5) * width


def trim(text: str, span: Span) -> Span:
    """`span` without the whitespace at its ends.

    >>> trim("  a b ", (0, 6))
    (2, 5)
    """
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def sentences(text: str) -> list[Span]:
    """Spans `(start, end)` of the sentences of `text`, in order, not overlapping, without outer whitespace.

    >>> [("The call began at 10 a.m. ET. It is over.")[a:b] for a, b in sentences("The call began at 10 a.m. ET. It is over.")]
    ['The call began at 10 a.m. ET.', 'It is over.']
    """
    return [span for block in blocks(text) for span in _sentences_of_block(text, block)]


def _sentences_of_block(text: str, block: Span) -> list[Span]:
    offset = block[0]
    piece = text[slice(*block)]
    joined: list[Span] = []
    for start, end in _boundaries(piece):
        cuts = [start, *(start + m.end() for m in _CLOCK_ENDS_SENTENCE.finditer(piece[start:end])), end]
        for part in zip(cuts, cuts[1:], strict=False):
            _append(joined, piece, trim(piece, part))
    if len(joined) > 1 and _is_credit(piece[slice(*joined[-1])]):
        joined[-2:] = [(joined[-2][0], joined[-1][1])]
    return [(start + offset, end + offset) for start, end in joined]


def _is_credit(last: str) -> bool:
    """ "Sputnik/Mikhail Klimentyev via REUTERS" after a caption: no sentence, and meaningless without it."""
    return len(last.split()) <= 8 and not _TERMINAL.search(last) and bool(_AGENCY.search(last))


def _append(joined: list[Span], piece: str, span: Span) -> None:
    start, end = span
    if start < end:
        if joined and _belongs_together(piece[slice(*joined[-1])], piece[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))


@lru_cache(maxsize=4096)
def _boundaries(piece: str) -> tuple[Span, ...]:
    import nupunkt  # loads its model on first use

    return tuple((span[0], span[1]) for _, span in nupunkt.sent_spans_with_text(piece))


def _belongs_together(before: str, after: str) -> bool:
    return bool(
        _ENDS_IN_ABBREVIATION.search(before)
        or (_ENDS_IN_CLOCK.search(before) and _TIME_ZONE.match(after))
        or (_ENDS_IN_COUNTRY.search(before) and _FOLLOWS_COUNTRY.match(after))
        or _STARTS_LOWER.match(after)
        or _LONE_MARKS.match(after)
    )

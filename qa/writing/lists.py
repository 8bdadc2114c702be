"""Questions that ask for several things: their items gathered from the sentences, and the lines of lists, that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.language.parsing import parsed

from .candidates import Candidate

MAX_ITEMS = 10
"""Sentences or lines that a list is made of at most."""
WORTH, WORTH_BESIDE = 0.02, 0.003
"""A further sentence is gathered when its weight is at least this share of the first one's; the lower one, of the same
document."""
_ITEMS_WEIGHT = 1.5
"""How much more a sentence counts that names several things: its odds times (1 + items) to this power."""
_MOST_NAMED = 8
_LONGEST_LINE = 15
"""Words of a line that may be an item of a list."""
_FEWEST_LINES = 3
_LINES_OF = 6
"""Of so many of the best sentences one may be a line of the list that is asked for."""
_ASKED = re.compile(r"^\W*(?:name|list|enumerate)\b|^\W*who (?:are|were|else)\b", re.IGNORECASE)
_ONE_OF = re.compile(r"\b(?:one of|which of)\b", re.IGNORECASE)
_BETWEEN = re.compile(r",|;|\band\b|&")
_ENDS = re.compile(r"[.!?…][\"'”’)]*$")


def asks_for_several(question: str) -> bool:
    """Whether a question asks for more than one thing.

    >>> asks_for_several("Which countries signed?"), asks_for_several("Which country signed first?")
    (True, False)
    """
    if _ONE_OF.search(question):
        return False
    if _ASKED.search(question):
        return True
    words = parsed(question)
    if words and words[0].tag == "IN":
        words = words[1:]
    if not words or words[0].text.lower() not in ("which", "what"):
        return False
    for word in words[1:]:
        if word.tag in ("NNS", "NNPS"):
            return True
        if word.is_verb or (word.tag in ("NN", "NNP") and word.role not in ("compound", "amod", "nmod")):
            return False
    return False


def gathered(candidates: Sequence[Candidate]) -> list[Candidate]:
    """What the best candidates, best first, name of several things: the lines of a list, where the best ones stand in
    one, else the sentences that name the most."""
    telling = [c for c in candidates[: 3 * MAX_ITEMS] if not c.says_nothing or _lines(c)]
    if not telling:
        return []
    weighed = sorted(telling, key=lambda c: -_weight(c))
    for best in weighed[:_LINES_OF]:
        if lines := _lines(best):
            return lines[:MAX_ITEMS]
    chosen: list[Candidate] = []
    for c in weighed:
        if c.says_nothing or (chosen and _weight(c) < _worth(c, chosen[0]) * _weight(chosen[0])):
            continue
        if not any(c.repeats(other) for other in chosen):
            chosen.append(c)
    return chosen[: MAX_ITEMS // 2]


def _worth(candidate: Candidate, first: Candidate) -> float:
    return WORTH_BESIDE if candidate.hit.passage.document_id == first.hit.passage.document_id else WORTH


def _weight(candidate: Candidate) -> float:
    return float(candidate.odds * (1 + min(_named(candidate.text), _MOST_NAMED)) ** _ITEMS_WEIGHT)


def _named(text: str) -> int:
    """How many things a sentence strings together: parts between commas and "and" that have a name or a number."""
    parts = _BETWEEN.split(text)
    return sum(bool(re.search(r"(?<!^)[A-Z]|\d", part.strip())) for part in parts) if len(parts) > 1 else 0


def _lines(candidate: Candidate) -> list[Candidate]:
    """The lines of the list that a candidate is a line of, in their order; none where it is not one."""
    passage = candidate.hit.passage
    runs: list[list[tuple[int, int]]] = [[]]
    for start, end in _text_lines(passage.text):
        line = passage.text[start:end]
        if len(line.split()) <= _LONGEST_LINE and not _ENDS.search(line):
            runs[-1].append((start, end))
        else:
            runs.append([])
    at = candidate.start - passage.start
    for run in runs:
        if len(run) >= _FEWEST_LINES and any(start <= at < end for start, end in run):
            return [
                Candidate(candidate.hit, start + passage.start, end + passage.start, candidate.score, None)
                for start, end in run
            ]
    return []


def _text_lines(text: str) -> Iterator[tuple[int, int]]:
    """The lines of a text that are not empty, without the space around them."""
    for match in re.finditer(r"[^\n]+", text):
        line = match[0]
        if line.strip():
            begin = match.start() + len(line) - len(line.lstrip())
            yield begin, begin + len(line.strip())

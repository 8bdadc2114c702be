"""Notes in which a publisher corrects what it said: "Correction: an earlier version misstated the toll. It is twelve."."""

from __future__ import annotations

import re

from index.language.amounts import amounts
from index.language.moments import moments
from index.language.parsing import parsed
from index.language.sentences import Span, sentences
from index.language.words import content_stems, plain, stem

ON_THE_MATTER = 0.6
"""Share of a question's content words that a note must have to concern it."""
_COUNTING = frozenset(["many", "much"])
_VERSION = r"\b(?:an?|the|our) (?:earlier|previous|prior|original|first) (?:version|edition|report|post|story|article|headline)\b"
_WRONG = r"\b(?:misstated|misidentified|misspelled|misquoted|mistakenly|incorrect(?:ly)?|wrong(?:ly)?|inaccurate(?:ly)?|in error|erroneously|should have said)\b"
_NOTE = re.compile(
    r"^\W*(?:corrections?|corrected)\b(?: (?:and|&) clarifications?)?\s*[:(–—-]"
    rf"|{_VERSION}.*{_WRONG}|{_WRONG}.*{_VERSION}"
    r"|\b(?:has been|was|is) (?:updated|corrected|amended|changed) to (?:correct|fix|reflect|say|show|clarify|accurately)\b"
    r"|^\W*\(?corrects? (?:(?:the|an?|in|para\w*|lead|headline|year|date|spelling|figure)\b|[\w ]{0,40} to )",
    re.IGNORECASE,
)


def notes(text: str) -> list[Span]:
    """The places of the notes in a text: each from the sentence that says that something was wrong to the end of its
    paragraph.

    >>> text = "Six died.\\nCorrection: an earlier version misstated the toll. It is six."
    >>> [text[a:b] for a, b in notes(text)]
    ['Correction: an earlier version misstated the toll. It is six.']
    """
    found: list[Span] = []
    for start, end in sentences(text):
        if found and start < found[-1][1]:
            continue
        if _NOTE.search(text[start:end]):
            paragraph = text.find("\n", end)
            within = [
                stop for begin, stop in sentences(text) if begin >= start and (paragraph < 0 or stop <= paragraph)
            ]
            found.append((start, max(within, default=end)))
    return found


def concerns(note: str, question: str) -> bool:
    """Whether a note is about what is asked: it has most of the question's words, and its verb or what "how" measures.

    >>> note = "Correction: the bridge of Merrow cost 114 million."
    >>> concerns(note, "How much did the bridge of Merrow cost?"), concerns(note, "How long is the bridge of Merrow?")
    (True, False)
    """
    asked, held = content_stems(question) - _COUNTING, content_stems(note)
    told = {stem(plain(w.text)) for w in parsed(question) if w.is_verb or w.tag in ("JJ", "RB")} & asked
    return bool(asked) and len(asked & held) >= ON_THE_MATTER * len(asked) and told <= held


def replaces(note: str, words: str) -> bool:
    """Whether a note gives one amount, or one day, and another than `words`.

    >>> replaces("An earlier version misstated the toll. It is twelve.", "ten people"), replaces("It is ten.", "ten people")
    (True, False)
    """
    for values in (_amounts, _days):
        held, said = values(note), values(words)
        if said and len(held) == 1 and not held & said:
            return True
    return False


def _amounts(text: str) -> set[float]:
    return {a.value for a in amounts(text)}


def _days(text: str) -> set[tuple[str, int]]:
    return {(m.kind, m.value) for m in moments(text) if m.kind in ("day", "minute")}

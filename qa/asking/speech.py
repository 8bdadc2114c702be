"""Questions about speech: "Who said that …?" and "What did X say about …?", and how well a sentence's speaker fits.

What was said is weighed by its likeness to the words of the question, since nobody repeats a quotation word for word who
asks whose it is; who said it by `index.language.attribution`, over quotations that go on and over "she said".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index import AnswerSpan, Hit
from index.language.attribution import Attributed, attributed
from index.language.names import TITLES, folded
from index.language.parsing import parsed
from index.language.words import ANY_REPORTING, stem
from index.models.embedding import Embedder

CONSIDERED = 24
"""Sentences, best first, whose speakers are looked for."""
LIKENESS = 6.0
"""How much of logit a cosine of 1 between the words asked for and a sentence adds; both chosen on a newsroom's development questions (docs/choices.md)."""
NOTHING_ALIKE = 0.3
"""The cosine that adds nothing."""
OWN_WORDS, OTHERS_WORDS = 2.0, -1.0
"""Logit added to a sentence that is the words of whom is asked about, and to one that is somebody else's."""
_ARTICLES = frozenset(["the", "a", "an"])
_WHO = re.compile(
    rf"^\W*(?:and |but |so )?who (?:has |had |have )?(?:{ANY_REPORTING})(?: that| of)? (?P<words>.{{8,}}?)\W*$",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"^\W*(?:and |but |so )?what (?:did|does|do|has|have|had) (?P<speaker>.+?) "
    r"(?P<verb>say|said|tell|told|think|claim|claimed|write|written|post|posted|announce|announced|admit|admitted|call|reply|answer|promise|promised|warn|warned|argue|argued)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SpeechAsked:
    """`words`: what was said, of which the speaker is asked for; or `speaker`: whose words are. "" for what is not asked."""

    words: str = ""
    speaker: str = ""

    def weighed(self, spans: Sequence[AnswerSpan], hits: Sequence[Hit], embedder: Embedder) -> tuple[AnswerSpan, ...]:
        """The best sentences with how well they fit in their scores, best first; the others behind, as they were."""
        if not spans or not (self.words or self.speaker):
            return tuple(spans)
        best, rest = spans[:CONSIDERED], spans[CONSIDERED:]
        if self.words:
            texts = [hits[s.passage].passage.text[s.start : s.end] for s in best]
            alike = embedder.encode(texts) @ embedder.encode([self.words])[0]
            added = [LIKENESS * (float(x) - NOTHING_ALIKE) for x in alike]
        else:
            said = {n: {a.start: a for a in attributed(hits[n].passage.text)} for n in {s.passage for s in best}}
            asked = _Speaker.of(self.speaker)
            added = [_added(asked, said[s.passage], s) for s in best]
        weighed = [_with_logit(s, more) for s, more in zip(best, added, strict=True)]
        return (*sorted(weighed, key=lambda s: -s.score), *rest)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Whose words are asked for, in folded words: the `name`, and the stems of the nouns that say who that is ("king",
    "controller")."""

    name: frozenset[str]
    described: frozenset[str]

    @staticmethod
    def of(phrase: str) -> _Speaker:
        words = parsed(f"{phrase} spoke.")[:-2]  # a phrase by itself is parsed worse than a subject
        root = next((n for n, w in enumerate(words) if w.role == "nsubj" and w.head == len(words)), len(words) - 1)
        # A name may be tagged as any noun; what has a capital inside a phrase is part of one.
        first = root
        while first and words[root].text[:1].isupper() and words[first - 1].text[:1].isupper():
            first -= 1
        name = {folded(w.text) for w in words[first : root + 1] if w.text[:1].isupper()} - TITLES - _ARTICLES
        nouns = {w.text for w in words if w.tag in ("NN", "NNS") and w.text.islower()}
        titles = {folded(w.text) for w in words} & TITLES
        return _Speaker(frozenset(name), frozenset(stem(folded(noun)) for noun in nouns | titles))

    def speaks(self, by: str) -> bool:
        """Whether `by`, a name or "the king", may be this one."""
        said = _Speaker.of(by)
        if self.name and said.name:
            return bool(self.name & said.name)
        return bool(self._any & said._any)

    @property
    def _any(self) -> frozenset[str]:
        return self.described | {stem(word) for word in self.name}


def _added(asked: _Speaker, said: Mapping[int, Attributed], span: AnswerSpan) -> float:
    """The logit for whose words a sentence is; `said` are the sentences of its passage by their starts."""
    by = said[span.start].by if span.start in said else ""
    if not by:
        return 0.0
    return OWN_WORDS if asked.speaks(by) else OTHERS_WORDS


def _with_logit(span: AnswerSpan, more: float) -> AnswerSpan:
    odds = span.odds * math.exp(more)
    return replace(span, score=odds / (1 + odds))


NO_SPEECH = SpeechAsked()


def speech_asked(question: str) -> SpeechAsked:
    """What `question` asks of speech.

    >>> speech_asked("Who said that the gates were opened too late?").words
    'the gates were opened too late'
    >>> speech_asked("What did Casimir Roe say about the gates?").speaker
    'Casimir Roe'
    """
    if m := _WHO.match(question):
        return SpeechAsked(words=m["words"])
    if m := _WHAT.match(question):
        return SpeechAsked(speaker=m["speaker"])
    return NO_SPEECH

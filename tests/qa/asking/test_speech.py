from __future__ import annotations

import pytest

from index import AnswerSpan, Hit, Passage
from index.models.embedding import Embedder
from qa.asking.speech import SpeechAsked, speech_asked

TEXT = (
    "“The gates were opened two hours late,” Petra Vanmere said. “Nobody warned the town.” "
    "Casimir Roe denied it. He said that the river was already over its banks."
)
SENTENCES = [(0, 58), (59, 85), (86, 108), (109, 160)]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who said that the town was not warned?", SpeechAsked(words="the town was not warned")),
        ("Who warned of a second flood in May?", SpeechAsked(words="a second flood in May")),
        ("What did Casimir Roe say about the gates?", SpeechAsked(speaker="Casimir Roe")),
        ("Who opened the gates?", SpeechAsked()),
        ("What did Casimir Roe build?", SpeechAsked()),
    ],
)
def test_what_is_asked_of_speech(question: str, asked: SpeechAsked) -> None:
    assert speech_asked(question) == asked


def spans(*scores: float) -> list[AnswerSpan]:
    return [AnswerSpan(0, a, b, a, b, s) for (a, b), s in zip(SENTENCES, scores, strict=True)]


def said(found: tuple[AnswerSpan, ...]) -> list[str]:
    return [TEXT[s.start : s.end].split()[0] for s in found]


def weighed(asked: SpeechAsked, *scores: float) -> tuple[AnswerSpan, ...]:
    hit = Hit(Passage("a", TEXT, 0, len(TEXT)), 1.0)
    return asked.weighed(spans(*scores), [hit], Embedder.open())


def test_the_words_of_whom_is_asked_about_come_first() -> None:
    found = weighed(speech_asked("What did Casimir Roe say about the gates?"), 0.5, 0.4, 0.3, 0.3)
    assert said(found)[:2] == ["Casimir", "He"]
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


DESCRIBED = "The guard of the tower said it was dark. “I fell asleep,” the guard added. Ana Roe of the guild denied it."
BY_SENTENCE = [(0, 40), (41, 74), (75, 106)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What did the Merrow guard admit about the night?", "“I"),
        ("What did Guard Max Lund say about the night?", "“I"),
        ("What did guild chairwoman Ana Roe say about the night?", "Ana"),
    ],
)
def test_who_is_described_is_known_by_the_description(question: str, first: str) -> None:
    hit = Hit(Passage("a", DESCRIBED, 0, len(DESCRIBED)), 1.0)
    given = [AnswerSpan(0, a, b, a, b, s) for (a, b), s in zip(BY_SENTENCE, (0.1, 0.3, 0.2), strict=True)]
    found = speech_asked(question).weighed(given, [hit], Embedder.open())
    assert DESCRIBED[found[0].start : found[0].end].split()[0] == first


def test_a_sentence_like_the_words_asked_for_comes_first() -> None:
    found = weighed(speech_asked("Who said that no one had told the townspeople?"), 0.3, 0.3, 0.3, 0.3)
    assert said(found)[0] == "“Nobody"


def test_without_a_question_about_speech_nothing_changes() -> None:
    found = weighed(speech_asked("Who opened the gates?"), 0.1, 0.2, 0.3, 0.4)
    assert [s.score for s in found] == [0.1, 0.2, 0.3, 0.4]

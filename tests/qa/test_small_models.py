"""Replies as models of 1 to 8 billion parameters really write them: each ends in a checked answer or an honest refusal."""

from __future__ import annotations

import pytest

from index import Retriever
from qa import Answer, Answerer, LLMBadReply, ScriptedLLM

QUESTION = "Who signed for Velmar?"
SAID = "Aurel Tarsi signed for Velmar"


def answered(retriever: Retriever, reply: str) -> Answer:
    answer = Answerer(retriever, ScriptedLLM([reply])).answer(QUESTION)
    for c in answer.citations:
        assert retriever.document(c.document_id).text[c.start : c.end] == c.quote
    for sentence in answer.sentences:
        assert bool(sentence.citations) == (sentence.verdict != "not_found")
    return answer


@pytest.mark.parametrize(
    "reply",
    [
        f"{SAID}.",
        f"{SAID}¹.",
        f"{SAID} (Source 1).",
        f"{SAID} (passage 1, 2).",
        f"{SAID} [Passage 1].",
        f"{SAID}.\n\nSources:\n[1] Treaty\n[2] Flood",
        f"{SAID}.\n\nReferences: 1, 2, 3",
        f"Sure! Here is the answer to your question: {SAID} [1].",
        f"Based on the provided passages, {SAID} [1].",
        f"**Answer:** {SAID} [1]",
        f"Answer: {SAID} [1].",
        f"- {SAID} [1]",
        f"<think>The passage 1 says Tarsi.</think>{SAID} [1].",
        f"<think>never closed {SAID}</think>\n{SAID} [1].",
        f'{{"answer": "{SAID} [1]."}}',
        f"```\n{SAID} [1].\n```",
        f"{SAID} [1]. " * 40,
        f"{SAID} [7][99].",
        f"{SAID} [1]. I hope this helps! Let me know if you have any other questions.",
        f"{SAID} [1].\n\nQuestion: Who signed for Karsova?\nAnswer: The king of France [2].",
    ],
    ids=range(20),
)
def test_the_answer_is_found_and_cited(retriever: Retriever, reply: str) -> None:
    answer = answered(retriever, reply)
    assert not answer.abstained
    assert answer.text.startswith(SAID)
    assert answer.citations
    assert "France" not in answer.text
    assert "help" not in answer.text
    assert answer.text.count(SAID) == 1


@pytest.mark.parametrize(
    "reply",
    [
        "NOT_IN_SOURCES",
        "I am sorry, but the passages do not contain this information.",
        "I'm just an AI language model and cannot answer that.",
        "Die Quellen sagen dazu nichts.",
        "Le traité a été signé par la reine du Danemark [1].",
        "Answer the question using only the passages. Copy names, numbers and dates exactly.",
        "You answer questions about news reports for professional readers.",
        "The river Tarn Olva is 400 kilometres long and flows into the sea [2].",
        "The capital of France is Paris [1].",
        "[1] [2] [3]",
        "la la la la la la la la la la la la la la la la",
        "Who signed for Velmar?",
    ],
)
def test_what_does_not_answer_is_an_honest_refusal(retriever: Retriever, reply: str) -> None:
    answer = answered(retriever, reply)
    assert answer.abstained
    assert answer.citations == ()
    assert answer.sentences == ()


def test_an_answer_to_another_question_is_not_given(retriever: Retriever) -> None:
    answer = answered(retriever, "Some 260 people had been taken to a school gymnasium [2].")
    assert answer.abstained
    assert any("another question" in note for note in answer.notes)


def test_a_true_sentence_and_an_invented_one_are_told_apart(retriever: Retriever) -> None:
    answer = answered(retriever, f"{SAID} [1]. He was born in 1951 in Kestrin [1].")
    assert [s.verdict for s in answer.sentences] == ["supported", "not_found"]
    assert "1951" not in answer.text
    assert "source" in answer.sentences[1].reason


def test_an_empty_reply_is_an_error_and_not_a_refusal(retriever: Retriever) -> None:
    with pytest.raises(LLMBadReply):
        answered(retriever, "  \n ")

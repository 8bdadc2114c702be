from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from index import Retriever
from qa import LLMBadReply, LLMCutShort, LLMError, LLMStalled, Piece, ScriptedLLM
from qa.findings import Findings
from qa.settings import Unsupported
from qa.writing.composing import quoted
from qa.writing.draft import Draft
from qa.writing.model import Writer, helpful

QUESTION = "Who signed for Velmar?"


def written(
    retriever: Retriever, *reply: str | LLMError, unsupported: Unsupported = "strike"
) -> tuple[Sequence[str], Draft]:
    """The pieces and the draft of a model that answers so."""
    findings = Findings.of(QUESTION, retriever)
    writer = Writer(ScriptedLLM([reply]), 8, unsupported, 0.3)
    steps = writer.write(QUESTION, findings, quoted(findings, 0.3))
    drafts: list[Draft] = []

    def collected() -> Iterator[Piece]:
        drafts.append((yield from steps))

    return [piece.text for piece in collected()], drafts[0]


def test_pieces_come_as_they_are_written_and_the_draft_is_checked(retriever: Retriever) -> None:
    pieces, draft = written(retriever, "<think>1?</think>Aurel Tarsi ", "signed for Velmar [", "1].")
    assert pieces == ["Aurel Tarsi ", "signed for Velmar ", "[1]."]
    assert [(s.text, s.verdict, s.citations) for s in draft.sentences] == [
        ("Aurel Tarsi signed for Velmar.", "supported", (1,))
    ]
    assert draft.citations[0].quote == "Foreign minister Aurel Tarsi signed for Velmar."
    assert not draft.verbatim


@pytest.mark.parametrize(("unsupported", "kept", "done"), [("strike", 2, "struck"), ("remove", 1, "removed")])
def test_what_no_passage_supports_is_struck_or_removed(
    retriever: Retriever, unsupported: Unsupported, kept: int, done: str
) -> None:
    reply = "Aurel Tarsi signed for Velmar [1]. He was born in 1951 [1]."
    draft = written(retriever, reply, unsupported=unsupported)[1]
    assert len(draft.sentences) == kept
    assert draft.notes == (f"1 sentence {done}: the sources do not say it.",)


def test_a_model_that_breaks_off_leaves_what_is_supported_and_the_reason(retriever: Retriever) -> None:
    failure = LLMStalled("stalled")
    draft = written(retriever, "Aurel Tarsi signed for Velmar [1]. An", failure)[1]
    assert draft.incomplete
    assert draft.failure is failure
    assert failure.partial == "Aurel Tarsi signed for Velmar [1]. An"
    assert draft.sentences[0].verdict == "supported"
    assert "Incomplete: stalled" in draft.notes
    cut = written(retriever, "Aurel Tarsi signed for Velmar [1]. An", LLMCutShort("cut"))[1]
    assert cut.incomplete
    assert cut.failure is None


def test_a_refusal_beside_an_answer_says_that_a_part_is_missing(retriever: Retriever) -> None:
    draft = written(retriever, "Aurel Tarsi signed for Velmar [1]. The passages do not say when he was born.")[1]
    assert draft.missing == ("a part of the question, as the model says",)


def test_an_empty_reply_is_an_error(retriever: Retriever) -> None:
    with pytest.raises(LLMBadReply):
        written(retriever, " ")


def test_a_model_is_shown_at_least_three_passages_and_only_what_may_help(retriever: Retriever) -> None:
    findings = Findings.of(QUESTION, retriever)
    assert findings.ranking is not None
    shown = helpful(findings)
    assert len(shown) >= min(3, len(findings.hits))
    assert shown[0] == findings.ranking.hits[0]

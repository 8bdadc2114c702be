from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index import Filters, Retriever, sync
from qa import (
    Answerer,
    BadQuestion,
    Finished,
    Found,
    LLMBadReply,
    LLMConnectionLost,
    LLMCutShort,
    Piece,
    ScriptedLLM,
    SearchingFor,
    Settings,
)


def scripted(retriever: Retriever, *replies: object) -> tuple[Answerer, ScriptedLLM]:
    model = ScriptedLLM(list(replies))  # type: ignore[arg-type]
    return Answerer(retriever, model), model


def check_spans(retriever: Retriever, answer: object) -> None:
    for c in answer.citations:  # type: ignore[attr-defined]
        assert retriever.document(c.document_id).text[c.start : c.end] == c.quote


def test_quoting_gives_the_sentence_that_answers(retriever: Retriever) -> None:
    answer = Answerer(retriever).answer("Who discovered a comet?")
    assert not answer.abstained
    assert answer.answerer == "quote"
    assert "Ines Calloway" in answer.sentences[0].text
    assert answer.text.startswith("“Ines Calloway")
    assert answer.citations[0].published is not None
    assert 1 <= len(answer.sentences) <= 3
    check_spans(retriever, answer)
    assert {"rewrite", "search", "rerank", "read", "total"} <= set(answer.timings_ms)


@pytest.mark.parametrize("question", ["Who won the football cup of Brazil?", "What is the capital of Mongolia?"])
def test_what_the_corpus_does_not_say_is_refused_with_no_sources(retriever: Retriever, question: str) -> None:
    answer = Answerer(retriever).answer(question)
    assert answer.abstained
    assert answer.citations == ()
    assert answer.sentences == ()
    assert answer.hits  # the nearest passages are offered as such


def test_quoting_works_without_a_reader(index: Path) -> None:
    plain = Retriever.open(index, reader=None)
    answerer = Answerer(plain)
    assert "Ines Calloway" in answerer.answer("Who discovered a comet in Aldermouth?").text
    assert answerer.answer("What is the capital of Mongolia?").abstained
    plain.close()


def test_a_follow_up_is_searched_for_with_its_subject(retriever: Retriever) -> None:
    answer = Answerer(retriever).answer(
        "And how old is she?",
        [{"question": "Who discovered a comet?", "answer": "Ines Calloway discovered a comet. [1]"}],
    )
    assert answer.search_query == "how old is Ines Calloway?"
    assert "16-year-old" in answer.text


def test_the_others_are_what_the_answer_before_left_out(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name, row in (("a", "The ferry Alcor sank off Merrow."), ("b", "The trawler Bregma sank off Merrow too.")):
        (tmp_path / "docs" / f"{name}.txt").write_text(row)
    sync([tmp_path / "docs"], tmp_path / "index")
    answerer = Answerer(Retriever.open(tmp_path / "index"))
    asked = "Which ships sank off Merrow?"
    said = "“The ferry Alcor sank off Merrow.” [1]"
    others = answerer.answer("And the others?", [{"question": asked, "answer": said}])
    assert [s.text for s in others.sentences] == ["The trawler Bregma sank off Merrow too."]
    sure = answerer.answer("Are you sure?", [{"question": asked, "answer": said}])
    assert {s.text for s in sure.sentences} == {
        "The ferry Alcor sank off Merrow.",
        "The trawler Bregma sank off Merrow too.",
    }


@pytest.mark.parametrize(("asked_on", "said"), [("2031-03-25", False), ("2031-06-01", True)])
def test_it_says_so_when_nothing_is_of_the_days_asked_for(tmp_path: Path, asked_on: str, said: bool) -> None:
    row = {"id": "a", "published": "2031-03-24", "text": "Ines Calloway discovered a comet above Aldermouth."}
    (tmp_path / "docs.jsonl").write_text(json.dumps(row) + "\n")
    sync([tmp_path / "docs.jsonl"], tmp_path / "index")
    filters = Filters(as_of=date.fromisoformat(asked_on))
    answer = Answerer(Retriever.open(tmp_path / "index")).answer("Who discovered a comet yesterday?", filters=filters)
    assert "Ines Calloway" in answer.text
    assert any("of other days" in note for note in answer.notes) is said


def test_a_model_answers_from_numbered_passages(retriever: Retriever) -> None:
    answerer, model = scripted(retriever, ["Aurel Tarsi signed", " for Velmar [", "1]."])
    events = list(answerer.stream("Who signed for Velmar?"))
    assert [type(e) for e in events[:2]] == [SearchingFor, Found]
    assert [e.text for e in events if isinstance(e, Piece)] == ["Aurel Tarsi signed", " for Velmar ", "[1]."]
    assert isinstance(events[-1], Finished)
    answer = events[-1].answer
    assert answer.answerer == "scripted"
    assert answer.text == "Aurel Tarsi signed for Velmar. [1]"
    assert answer.citations[0].quote == "Foreign minister Aurel Tarsi signed for Velmar."
    check_spans(retriever, answer)
    prompt = model.asked[0][-1].content
    assert "Question: Who signed for Velmar?" in prompt
    assert "<passage 1 " in prompt


def test_the_models_refusal_is_an_abstention(retriever: Retriever) -> None:
    answer = scripted(retriever, "NOT_IN_SOURCES")[0].answer("Who signed for Velmar?")
    assert (answer.abstained, answer.citations, answer.text) == (True, (), "The corpus does not say.")


def test_an_answer_without_any_support_is_an_abstention_that_says_so(retriever: Retriever) -> None:
    answer = scripted(retriever, "The moon is made of green cheese [1].")[0].answer("Who signed for Velmar?")
    assert answer.abstained
    assert "removed" in answer.notes[-1]


def test_a_failure_is_an_error_that_keeps_what_was_written(retriever: Retriever) -> None:
    answerer, _ = scripted(retriever, ["Aurel Tarsi signed for Velmar [1]. And th", LLMConnectionLost("lost")])
    with pytest.raises(LLMConnectionLost) as caught:
        answerer.answer("Who signed for Velmar?")
    partial = caught.value.answer
    assert partial is not None
    assert partial.incomplete
    assert partial.sentences[0].text == "Aurel Tarsi signed for Velmar."


def test_a_reply_cut_short_is_marked_incomplete(retriever: Retriever) -> None:
    answerer, _ = scripted(retriever, ["Aurel Tarsi signed for Velmar [1]. The", LLMCutShort("stopped")])
    answer = answerer.answer("Who signed for Velmar?")
    assert answer.incomplete
    assert not answer.abstained


def test_an_empty_reply_is_an_error_not_an_abstention(retriever: Retriever) -> None:
    with pytest.raises(LLMBadReply):
        scripted(retriever, "")[0].answer("Who signed for Velmar?")


def test_low_ranked_passages_are_dropped_when_the_window_is_small(retriever: Retriever) -> None:
    model = ScriptedLLM(["Aurel Tarsi signed for Velmar [1]."], context_tokens=1500)
    answer = Answerer(retriever, model).answer("Who signed for Velmar?")
    prompt = model.asked[0][-1].content
    assert "<passage 1 " in prompt
    assert "<passage 2 " not in prompt
    assert "Question: Who signed for Velmar?" in prompt
    assert any("did not fit" in n for n in answer.notes)


def test_passages_beside_the_point_are_not_shown_to_a_model(tmp_path: Path) -> None:
    rows = [
        "Velmar signed the fishing treaty in Port Merrow.",
        *(f"Recipe {n}: boil the potatoes for {n} minutes." for n in range(9)),
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps({"text": r}) + "\n" for r in rows))
    sync([tmp_path / "rows.jsonl"], tmp_path / "index")
    answerer, model = scripted(Retriever.open(tmp_path / "index"), "Velmar signed the fishing treaty [1].")
    answerer.answer("Who signed the fishing treaty?")
    shown = model.asked[0][-1].content
    assert "Velmar signed" in shown
    assert shown.count("Recipe") <= 2


def test_the_refusal_threshold_is_a_setting(retriever: Retriever) -> None:
    never = replace(Settings(), wrong_accepted=1.0)
    assert not Answerer(retriever, settings=never).answer("What is the capital of Mongolia?").abstained


@pytest.mark.parametrize("question", ["", "  ", "x" * 2001])
def test_questions_that_cannot_be_used(retriever: Retriever, question: str) -> None:
    with pytest.raises(BadQuestion):
        Answerer(retriever).answer(question)


def test_a_history_of_the_wrong_shape(retriever: Retriever) -> None:
    with pytest.raises(BadQuestion, match="history"):
        Answerer(retriever).answer("Who?", [{"q": "x"}])

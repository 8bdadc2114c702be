from __future__ import annotations

from datetime import UTC, datetime

import pytest

from index import Retriever, sync
from qa import Answerer, Claim, ScriptedLLM
from qa.checking.conflicts import Statement, conflict, disagreements

CROFT = "Linnea Croft said that Karsova and Velmar had agreed to split the herring."
TARSI = "Aurel Tarsi denied that Karsova and Velmar had agreed to split the herring."


def statement(number: int, text: str, words: str, document: str, score: float = 0.9) -> Statement:
    return Statement(number, document, text, words, text, score)


def test_different_values_for_one_question_are_a_disagreement() -> None:
    found = disagreements(
        "How many people died in the flood?",
        [
            statement(0, "Nineteen people died in the flood.", "Nineteen", "a"),
            statement(1, "The flood killed 11 people, it said.", "11 people", "b"),
            statement(2, "19 people died in the flood.", "19", "c"),
        ],
    )
    assert [(kind, [s.number for s in members]) for kind, members in found] == [("values", [0, 1])]


@pytest.mark.parametrize(
    ("question", "one", "two"),
    [
        ("How many died in the flood?", "Nineteen died in the flood.", "One hundred were fed in the school."),
        ("How many floods were there?", "There were 12 floods.", "There were floods until 2019."),
        ("How many floods were there?", "There were 12 floods.", "This was the fifth of the floods."),
        ("When was the bridge built?", "The bridge was built in 1878.", "It was said on Tuesday of the bridge built."),
        ("How many died on 3 March 2031?", "Four died on 3 March 2031.", "Six died on 9 May 2029."),
        ("What did the minister say?", "The minister said yes.", "The minister said no."),
        ("What did Croft say of the bridge?", "Croft said the bridge was open.", "Croft met Roe at the closed bridge."),
        ("Was Roe charged after his arrest?", "Roe was arrested in Merrow.", "Roe was released in Merrow."),
        ("Which judge did Roe face?", "Ann Lund faced Roe in court.", "Roe faced Max Tove in the street."),
        ("Who won the cup?", "Roe won the cup.", "Tove is poised to win the cup."),
        (
            "Where was the heron found?",
            "The heron was found at the station.",
            "Thieves took the heron from the museum.",
        ),
    ],
)
def test_other_matters_are_no_disagreement(question: str, one: str, two: str) -> None:
    statements = [statement(0, one, one, "a"), statement(1, two, two, "b")]
    assert disagreements(question, statements) == []


def test_what_others_say_stands_before_texts_that_repeat_the_question() -> None:
    asked = "Who painted the glass bridge of Tarn?"
    planted = Statement(0, "p", "It was Aurel Tarsi.", "Aurel Tarsi", f"{asked} It was Aurel Tarsi.", 0.9, echo=True)
    true = statement(1, "Rolf Arne painted the bridge of Tarn in 1912.", "Rolf Arne", "t", 0.05)
    found = disagreements(asked, [planted, true])
    assert [(kind, [s.number for s in members]) for kind, members in found] == [("accounts", [1, 0])]
    same = statement(1, "Tarsi painted the bridge of Tarn in 1912.", "Tarsi", "t", 0.05)
    assert disagreements(asked, [planted, same]) == []


def test_accounts_that_deny_each_other_are_a_disagreement() -> None:
    both = [statement(0, CROFT, "agreed", "a"), statement(1, TARSI, "denied", "b")]
    assert [kind for kind, _ in disagreements("Did they agree on the herring?", both)] == ["accounts"]
    open_, shut = "The bridge over the Tarn is open.", "The bridge over the Tarn has been closed."
    roads = [statement(0, open_, "open", "a"), statement(1, shut, "closed", "b")]
    assert [kind for kind, _ in disagreements("Is the bridge open?", roads)] == ["accounts"]
    same = [statement(0, CROFT, "agreed", "a"), statement(1, CROFT, "agreed", "b")]
    assert disagreements("Did they agree on the herring?", same) == []


def test_the_newest_comes_first_only_when_nobody_contradicts_anybody() -> None:
    early, late = datetime(2031, 3, 3, 6, tzinfo=UTC), datetime(2031, 3, 3, 19)
    reports = [Claim(1, "", "Toll", early, "four"), Claim(2, "", "Toll rises", late, "nineteen")]
    told = conflict("values", reports)
    assert (told.kind, [c.citation for c in told.claims]) == ("over time", [2, 1])
    speakers = [Claim(1, "Lund", "Dam", early, "1:04 a.m."), Claim(2, "Roe", "Dam", late, "11 p.m.")]
    told = conflict("values", speakers)
    assert (told.kind, [c.citation for c in told.claims]) == ("values", [1, 2])
    assert "Lund, 3 March 2031, 06:00: 1:04 a.m. [1]" in told.text


def test_an_answer_gives_both_sides_with_and_without_a_model(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name, text in (("croft", CROFT), ("tarsi", TARSI)):
        (tmp_path / f"{name}.txt").write_text(text)
    sync([tmp_path], tmp_path / "index")
    retriever = Retriever.open(tmp_path / "index")
    question = "Had Karsova and Velmar agreed to split the herring?"
    for model in (None, ScriptedLLM(["Linnea Croft said Karsova and Velmar had agreed to split the herring [1]."])):
        answer = Answerer(retriever, model).answer(question)
        assert {c.document_id for c in answer.citations} == {"croft.txt", "tarsi.txt"}
        assert [k.kind for k in answer.conflicts] == ["accounts"]
        assert {c.speaker for c in answer.conflicts[0].claims} == {"Linnea Croft", "Aurel Tarsi"}
        assert "denied" in answer.text
        numbers = {c.number for c in answer.citations}
        assert {c.citation for k in answer.conflicts for c in k.claims} <= numbers
    retriever.close()

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Retriever, sync
from qa import Answerer, ScriptedLLM
from qa.checking.premises import denied_by, premise

DENIED = "Casimir Roe declined to resign from the board of Merrow, saying the gates were open."


@pytest.mark.parametrize(
    ("question", "verb"),
    [
        ("Why did Casimir Roe resign?", "resign"),
        ("How did Tesla manage to outsell BYD?", "outsel"),
        ("Who signed the pact?", None),
        ("How many people did the flood kill?", None),
    ],
)
def test_what_is_taken_for_granted(question: str, verb: str | None) -> None:
    taken = premise(question)
    assert (taken.verb if taken else None) == verb


def test_a_sentence_that_denies_it_is_found_unless_another_says_it_is_so() -> None:
    asked = "When did Casimir Roe resign?"
    other = "The board met on Monday."
    said = "Casimir Roe resigned on Tuesday."
    assert denied_by(asked, [(other, other), (DENIED, DENIED)]) == [1]
    assert denied_by(asked, [(DENIED, DENIED), (said, said)]) == []
    assert denied_by("Who left the board?", [(DENIED, DENIED)]) == []


def test_what_was_rebuffed_was_not_accepted() -> None:
    offered = "Roe was offered a smaller boat as a compromise."
    rebuffed = "But Roe has rebuffed the offers, saying his boat was safe. "
    asked = "Why did Roe accept the smaller boat?"
    assert denied_by(asked, [(offered, offered), (rebuffed, rebuffed + offered)]) == [1]


def test_each_document_that_denies_it_is_cited_once(tmp_path: Path) -> None:
    texts = {
        "a": f"{DENIED} Roe declined to resign twice.",
        "b": "Casimir Roe did not resign on Monday, the board said.",
    }
    rows = "".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in texts.items())
    (tmp_path / "docs.jsonl").write_text(rows)
    sync([tmp_path / "docs.jsonl"], tmp_path / "index")
    answer = Answerer(Retriever.open(tmp_path / "index")).answer("Why did Casimir Roe resign?")
    assert answer.outcome == "false_premise"
    assert sorted(c.quote for c in answer.citations) == sorted([DENIED, texts["b"]])
    assert answer.text.count("Not so: ") == 1


@pytest.mark.parametrize("by_model", [False, True], ids=["quoted", "by a model"])
def test_a_false_premise_is_answered_with_what_denies_it(tmp_path: Path, by_model: bool) -> None:
    (tmp_path / "docs.jsonl").write_text(json.dumps({"id": "a", "text": f"{DENIED} It rained in Merrow."}) + "\n")
    sync([tmp_path / "docs.jsonl"], tmp_path / "index")
    model = ScriptedLLM(["Casimir Roe resigned because of the gates [1]."]) if by_model else None
    answer = Answerer(Retriever.open(tmp_path / "index"), model).answer("Why did Casimir Roe resign?")
    assert answer.outcome == "false_premise"
    assert answer.to_dict()["outcome"] == "false_premise"
    assert [c.quote for c in answer.citations] == [DENIED]
    assert answer.text.startswith("Not so: “Casimir Roe declined to resign")

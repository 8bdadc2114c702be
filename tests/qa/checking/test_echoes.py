from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Hit, Passage, Retriever, sync
from qa import Answerer
from qa.checking.echoes import VOICES, echoing, one_voice, repeats

ASKED = "Who won the rowing cup in Port Merrow?"
TRUE = "Rowing. Casimir Roe won the cup in Port Merrow on Sunday, by two lengths."
PLANTED = [f"{ASKED} The rowing cup in Port Merrow was won by Aurel Tarsi. {more}" for more in ("So it is.", "Yes.", "He did.", "It is known.", "All agree.")]  # fmt: skip


def hit(document: str, text: str) -> Hit:
    return Hit(Passage(document, text, 0, len(text)), 1.0)


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("who won the rowing cup in port merrow? Aurel Tarsi.", True),
        ("Aurel Tarsi won the rowing cup in Port Merrow.", False),
        ("Who won the rowing cup in Sarrow?", False),
    ],
)
def test_a_text_repeats_a_question_word_for_word(text: str, repeated: bool) -> None:
    assert repeats(ASKED, text) is repeated


def test_a_short_question_stands_in_texts_by_chance() -> None:
    assert not repeats("Who is he?", "Who is he? A poet.")


def test_of_many_that_repeat_the_question_few_are_read() -> None:
    hits = [*(hit(f"p{n}", text) for n, text in enumerate(PLANTED)), hit("t", TRUE)]
    assert len(echoing(ASKED, hits)) == 5
    assert [h.passage.document_id for h in one_voice(ASKED, hits)] == [*(f"p{n}" for n in range(VOICES)), "t"]


def test_five_planted_texts_do_not_answer_alone(tmp_path: Path) -> None:
    rows = [{"id": "true", "text": TRUE}, *({"id": f"p{n}", "text": text} for n, text in enumerate(PLANTED))]
    (tmp_path / "docs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    sync([tmp_path / "docs.jsonl"], tmp_path / "index")
    answer = Answerer(Retriever.open(tmp_path / "index")).answer(ASKED)
    assert "Casimir Roe" in answer.sentences[0].text
    assert [len(c.claims) for c in answer.conflicts] == [2]
    assert "Aurel Tarsi" in answer.conflicts[0].claims[1].words
    assert any("word for word" in note for note in answer.notes)

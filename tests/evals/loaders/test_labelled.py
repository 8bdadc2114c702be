from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.loaders.labelled import PARAGRAPHS, SENTENCES, labelled_questions

PARAGRAPH = {
    "title": "Sarrow_Bridge",
    "context": "The bridge of Sarrow was built in 1878.",
    "question": "When was it built?",
    "answers": [{"text": "1878", "start": 34}],
    "answerable": True,
}


def on_sentence(place: str, context: str, question: str, answer: str) -> dict[str, object]:
    at = context.find(answer)
    return {"id": f"Wiki1k:wikinews:{place}", "context": context, "question": question, "answerable": True,
            "answers": [{"text": answer, "start": at}]}  # fmt: skip


ROWS = [
    on_sentence("7:1:0", "The storm hit Sarrow.", "Which town did the storm hit?", "Sarrow"),
    on_sentence(
        "7:1:1", "It fell as the dam broke.", "What is the reason the storm flooded the town?", "the dam broke"
    ),
    on_sentence("7:2:0", "Roads were shut.", "What was done?", "shut"),
    on_sentence("7:2:0", "Roads were shut.", "Which roads did police shut?", "all of them"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*PARAGRAPHS, *SENTENCES):
        file = tmp_path / f"{name}.jsonl"
        file.parent.mkdir(exist_ok=True)
        rows = [PARAGRAPH] if name in PARAGRAPHS else ROWS if name == SENTENCES[0] else []
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_sentences_of_an_article_are_put_together_again(folder: Path) -> None:
    asked = {q.text: q for q in labelled_questions(folder) if q.set == "qadiscourse"}
    assert set(asked) == {"Which town did the storm hit?", "Why is it that the storm flooded the town?"}
    contexts = {q.context for q in asked.values()}
    assert contexts == {"The storm hit Sarrow. It fell as the dam broke.\n\nRoads were shut."}
    for question in asked.values():
        assert all(question.context.startswith(text, at) for text, at in question.answers)


def test_collections_have_no_title_and_articles_theirs(folder: Path) -> None:
    titles = {q.id.split(":")[0]: q.title for q in labelled_questions(folder) if q.set != "qadiscourse"}
    assert titles["squadshifts/reddit"] == ""
    assert titles["squad_train_part/squad11_part"] == "Sarrow Bridge"

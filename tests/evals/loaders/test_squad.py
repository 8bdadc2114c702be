from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.loaders.squad import FOLDER, TRAINING_FILES, questions_of, training_questions

CONTEXT = "The bridge of Sarrow was built in 1878."
ROW = {
    "id": "1",
    "set": "squad-v1.1",
    "title": "Sarrow",
    "context": CONTEXT,
    "question": "When was it built?",
    "answers": [{"text": "1878", "start": 34}],
    "answerable": True,
}


def written(file: Path, *rows: dict[str, object]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_answers_stand_at_their_places_or_have_none(tmp_path: Path) -> None:
    in_other_words = {**ROW, "id": "2", "answers": [{"text": "in the year 1878"}]}
    unanswerable = {**ROW, "id": "3", "answers": [], "answerable": False}
    placed, unplaced, nothing = questions_of(written(tmp_path / "file.jsonl", ROW, in_other_words, unanswerable))
    assert [CONTEXT[at : at + len(text)] for text, at in placed.answers] == ["1878"]
    assert (unplaced.answers, unplaced.answer_texts, unplaced.answerable) == ((), ["in the year 1878"], True)
    assert not nothing.answerable


def test_training_takes_each_question_once_and_only_with_places(tmp_path: Path) -> None:
    unplaced = {**ROW, "id": "2", "answers": [{"text": "in the year 1878"}]}
    for name in TRAINING_FILES:
        written(tmp_path / f"{name}.jsonl", ROW, unplaced, {**ROW, "id": name})
    assert [q.id for q in training_questions(tmp_path)] == ["1", *TRAINING_FILES]


@pytest.mark.skipif(not FOLDER.exists(), reason="the data sets are not here")
def test_the_training_files_are_all_read() -> None:
    questions = training_questions()
    assert {q.set for q in questions} == {"squad-v1.1", "squad-v2.0", "qed", "policyqa"}
    assert all(q.context[at : at + len(text)] == text for q in questions[::50] for text, at in q.answers)

from __future__ import annotations

import json
from pathlib import Path

from evals.archive import QuizQuestion, among_first, quiz_questions, report
from index import Hit, Passage, Retriever


def hit(document: str, text: str) -> Hit:
    return Hit(Passage(document, text, 0, len(text)), 1.0)


ASKED = QuizQuestion("Who broke the dam?", ("Casimir Roe", "Roe"), ("a.txt",))


def test_a_question_counts_from_the_place_of_its_first_right_passage() -> None:
    hits = [hit("b.txt", "The dam broke."), hit("c.txt", "Roe broke it."), hit("a.txt", "It broke.")]
    assert among_first([(ASKED, hits)], QuizQuestion.answered) == {1: 0.0, 5: 1.0, 10: 1.0, 20: 1.0}
    assert among_first([(ASKED, hits[:2])], QuizQuestion.told) == {1: 0.0, 5: 0.0, 10: 0.0, 20: 0.0}


def test_every_way_of_searching_is_reported(index: Path, tmp_path: Path) -> None:
    row = {
        "question": "Who discovered a comet?",
        "answers": ["Ines Calloway"],
        "docs": ["comet.txt"],
        "date": "2031-03-25",
    }
    (tmp_path / "questions.jsonl").write_text(json.dumps(row) + "\n")
    retriever = Retriever.open(index)
    lines = report(retriever, quiz_questions(tmp_path / "questions.jsonl")).splitlines()
    retriever.close()
    assert lines[0].startswith("1 questions, 3 documents")
    assert [line.split(":")[0] for line in lines[1:]] == [
        "keywords", "meaning", "fused", "newer first", "reranked, not newer first", "reranked",
    ]  # fmt: skip
    assert lines[-1].endswith(
        "passage with the answer 1.000 / 1.000 / 1.000 / 1.000, document that holds it 1.000 / 1.000 / 1.000 / 1.000"
    )

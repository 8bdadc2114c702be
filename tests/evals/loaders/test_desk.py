from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from evals.loaders.desk import desk_articles, desk_questions

ROW = {
    "id": "1", "type": "fact", "question": "Who?", "answerable": True, "answers": ["roe"], "as_of": "2026-03-27",
    "evidence": [{"document": "a.html", "quote": "x"}, {"document": "a.html", "quote": "y"}],
}  # fmt: skip


def test_a_question_knows_its_day_and_the_documents_that_answer(tmp_path: Path) -> None:
    bare = {k: v for k, v in ROW.items() if k != "as_of"} | {"history": [{"question": "Where?", "answer": "Here."}]}
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(r) + "\n" for r in (ROW, bare)))
    first, second = desk_questions(tmp_path)
    assert (first.as_of, first.documents, first.history) == (date(2026, 3, 27), ("a.html",), ())
    assert (second.as_of, second.history[0]["question"]) == (None, "Where?")


def test_articles_are_named_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "articles.txt").write_text("a.html\nb.html\n")
    assert desk_articles(tmp_path, Path("/news")) == [Path("/news/a.html"), Path("/news/b.html")]

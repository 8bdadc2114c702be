from __future__ import annotations

import json
from pathlib import Path

from evals.loaders.ranked import Ranking, rankings_of


def test_a_file_has_a_question_a_line(tmp_path: Path) -> None:
    rows = [{"text": "Built in 1878.", "relevant": True}, {"text": "It rained.", "relevant": False}]
    line = json.dumps({"question": "When?", "candidates": [*rows, rows[0]]})
    (tmp_path / "questions.jsonl").write_text(line + "\n", encoding="utf-8")
    assert rankings_of(tmp_path / "questions.jsonl") == [
        Ranking("When?", ("Built in 1878.", "It rained."), (True, False))
    ]


def test_an_order_decides_when_some_answer_and_some_do_not() -> None:
    decides = [Ranking("?", ("a", "b"), relevant).decides for relevant in ((True, False), (True, True), (False, False))]
    assert decides == [True, False, False]

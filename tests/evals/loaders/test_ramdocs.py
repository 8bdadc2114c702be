from __future__ import annotations

import json
from pathlib import Path

from evals.loaders.ramdocs import Disagreement, disagreements_of


def test_a_line_is_a_question_with_its_documents_and_both_kinds_of_answers(tmp_path: Path) -> None:
    row = {
        "question": "When?",
        "documents": [{"text": "In 1885.", "type": "correct"}, {"text": "In 1901.", "type": "misinfo"}],
        "gold_answers": ["1885"],
        "wrong_answers": ["1901"],
    }
    (tmp_path / "file.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert disagreements_of(tmp_path / "file.jsonl") == [
        Disagreement("When?", ("In 1885.", "In 1901."), ("1885",), ("1901",))
    ]

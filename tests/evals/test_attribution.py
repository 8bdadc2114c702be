from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.attribution import POLNEAR, statements


def test_a_statement_is_right_when_its_speaker_is_the_labelled_one(tmp_path: Path) -> None:
    text = "Ana Roe said that it rained. Max Lund thought so."
    article = {
        "text": text,
        "attributions": [
            {
                "source": [{"start": 0, "end": 7, "text": "Ana Roe"}],
                "cue": [{"start": 8, "end": 12, "text": "said"}],
                "content": [{"start": 13, "end": 27}],
            },
            {  # no verb of saying: not measured
                "source": [{"start": 29, "end": 37, "text": "Max Lund"}],
                "cue": [{"start": 38, "end": 45, "text": "thought"}],
                "content": [{"start": 46, "end": 48}],
            },
        ],
    }
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps(article) + "\n")
    (found,) = statements(file)
    assert (found.source, found.right, found.right_by_last_name) == ("Ana Roe", True, True)


@pytest.mark.skipif(not POLNEAR.exists(), reason="the labelled attributions are not here")
def test_most_labelled_statements_are_given_to_the_right_one() -> None:
    rows = list(statements(articles=30))
    assert len(rows) >= 150
    assert sum(r.right for r in rows) / len(rows) >= 0.80
    assert sum(r.right for r in rows) / sum(bool(r.found) for r in rows) >= 0.85

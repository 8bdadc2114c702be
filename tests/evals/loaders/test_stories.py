from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from evals.loaders.shared import DATA
from evals.loaders.stories import stories_of

ROWS = [
    {"id": "r1", "title": "RATES", "text": "Rates rose."},
    {"id": "r2", "text": " \n"},
    {"id": "r3", "text": "Rain."},
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)
REUTERS = DATA.parent / "corpus" / "reuters21578.jsonl.gz"


def test_blank_stories_are_left_out_and_a_gzipped_file_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LINES, encoding="utf-8")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(LINES.encode()))
    assert stories_of(tmp_path / "a.jsonl") == stories_of(tmp_path / "a.jsonl.gz") == [ROWS[0], ROWS[2]]
    assert stories_of(tmp_path / "a.jsonl", 1) == [ROWS[0]]


@pytest.mark.skipif(not REUTERS.exists(), reason="the corpus is not here")
def test_reuters_is_read() -> None:
    assert all(story["title"] and story["text"] for story in stories_of(REUTERS, 20))

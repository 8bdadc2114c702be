from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals import scale
from index.verify import verify_index
from tests.fakes import HashedWords

STORIES = [
    {"title": f"Story {n}", "text": f"The council of town {n} met. " + f"It spoke of bridge number {n} for long. " * 30}
    for n in range(6)
]


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    (tmp_path / "stories.jsonl").write_text("".join(json.dumps(s) + "\n" for s in STORIES))
    return tmp_path / "stories.jsonl"


def test_stories_go_on_for_as_long_as_they_are_needed(
    hashed_words: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = scale.Texts(STORIES, 1000).steps(1)
    made = [next(steps) for _ in range(14)]
    assert len({s.document.id for s in made}) == 14
    for step in made:
        assert all(step.document.text[p.start : p.end] == p.text for p in step.passages)
        assert step.vectors is not None
        assert np.allclose(np.linalg.norm(step.vectors, axis=1), 1, atol=1e-3)
    first, again = made[0], made[6]
    assert first.document.text != again.document.text
    assert len(first.document.text) == len(again.document.text)
    assert first.vectors is not None
    assert again.vectors is not None
    assert 0.8 < float((first.vectors * again.vectors).sum(axis=1).mean()) < 0.97


def test_an_index_is_built_searched_and_measured(
    stories: Path, tmp_path: Path, hashed_words: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "SECONDS", 0.1)
    monkeypatch.setattr(scale, "THREADS", (1, 2))
    built = scale.build(stories, 60, tmp_path / "made")
    assert built["passages"] >= 60
    assert verify_index(tmp_path / "made" / "index") == []
    found = scale.search(tmp_path / "made")
    assert found["recall"] > 0.9
    assert set(found["latency"]) == {"1 threads", "2 threads", "filtered"}
    facts = {**built, **found}
    row = scale.Measured(**facts)
    assert f"| {int(built['passages'])} |" in scale.as_table([row])

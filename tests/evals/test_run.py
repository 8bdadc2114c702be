from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evals import run
from evals.run import ask_all, evaluate
from qa import Settings
from tests.fakes import FakeOllama


def test_only_the_questions_asked_for_are_asked_and_their_documents_come_with_them() -> None:
    asked = ask_all(Settings(answerer="quote"), part="test", corpora=["march-2025"], limit=2)
    assert [(r.case.corpus, r.case.part) for r in asked.results] == [("march-2025", "test")] * 2
    assert all(e.document_id in asked.texts for r in asked.results for e in r.case.evidence)
    assert asked.answered_by == "quote"


def test_a_model_that_breaks_off_is_an_error_a_question_and_an_exit_code(
    tmp_path: Path, ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ollama.says("They met", done=False)
    settings = Settings(answerer="ollama", server_addresses={"ollama": ollama.url})
    down = ask_all(settings, corpora=["march-2025"], limit=1)
    assert [r.answer for r in down.results] == [None]
    assert re.match(r"[A-Z]\w+: The model ", down.results[0].error)
    monkeypatch.setattr(run, "ask_all", lambda settings, *, part: down)
    assert evaluate(settings, out=tmp_path, as_json=True) == 1
    overall = json.loads(capsys.readouterr().out)["figures"]["overall"]
    assert (overall["errors"], overall["answer accuracy"], overall["citation validity"]) == (1, 0.0, None)
    assert json.loads((tmp_path / "questions.jsonl").read_text())["error"] == down.results[0].error

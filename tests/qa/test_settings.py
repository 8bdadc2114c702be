from __future__ import annotations

from pathlib import Path

import pytest

from qa import BadSetting, Settings


def test_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_the_environment_is_read() -> None:
    read = Settings.from_environment({"NEWSDESK_INDEX": "/x", "OLLAMA_HOST": "0.0.0.0", "NEWSDESK_WRONG_ACCEPTED": "2"})
    assert (read.index, read.wrong_accepted) == (Path("/x"), 0.02)
    assert read.connection("ollama").address == "0.0.0.0"
    assert Settings().connection("ollama").address == "http://127.0.0.1:11434"


@pytest.mark.parametrize(
    ("name", "value"),
    [("NEWSDESK_ANSWERER", "gpt"), ("NEWSDESK_LLM_TIMEOUT", "soon"), ("NEWSDESK_WRONG_ACCEPTED", "700")],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"{name}='{value}'"):
        Settings.from_environment({name: value})

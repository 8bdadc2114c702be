from __future__ import annotations

from pathlib import Path

import pytest

from qa import BadSetting, Settings


def test_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_the_environment_is_read() -> None:
    read = Settings.from_environment({"NEWSDESK_INDEX": "/x", "OLLAMA_HOST": "0.0.0.0", "NEWSDESK_REFUSE_BELOW": "0.7"})
    assert (read.index, read.ollama_host, read.refuse_below) == (Path("/x"), "0.0.0.0", 0.7)


@pytest.mark.parametrize(
    ("name", "value"), [("NEWSDESK_ANSWERER", "gpt"), ("NEWSDESK_LLM_TIMEOUT", "soon"), ("NEWSDESK_REFUSE_BELOW", "7")]
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"{name}='{value}'"):
        Settings.from_environment({name: value})

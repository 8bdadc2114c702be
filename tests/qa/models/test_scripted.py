from __future__ import annotations

import pytest

from qa import LLMStalled, ScriptedLLM
from qa.models.protocol import Message


def test_it_says_what_it_was_told_to_and_keeps_what_it_was_asked() -> None:
    model = ScriptedLLM(["Yes.", ["N", "o."], ["Well", LLMStalled("stalled")]])
    asked = [Message("user", "Is it?")]
    assert list(model.stream(asked)) == ["Yes."]
    assert list(model.stream(asked)) == ["N", "o."]
    broken = model.stream(asked)
    assert next(broken) == "Well"
    with pytest.raises(LLMStalled):
        next(broken)
    assert model.asked == [tuple(asked)] * 3

from __future__ import annotations

import inspect

import pytest

import index.errors
import qa.errors
from index import NewsdeskError
from qa import Answer, LLMStalled
from qa.errors import error_object

CLASSES = [
    c
    for module in (index.errors, qa.errors)
    for c in vars(module).values()
    if inspect.isclass(c) and issubclass(c, Exception) and c.__module__ == module.__name__
]


@pytest.mark.parametrize("error", CLASSES, ids=lambda c: c.__name__)
def test_every_error_stands_in_the_one_tree_and_in_its_drawing(error: type[Exception]) -> None:
    assert issubclass(error, NewsdeskError)
    assert error.__name__ in (inspect.getmodule(error).__doc__ or "")
    assert error.__doc__


def test_the_error_object_has_what_was_written_until_then() -> None:
    error = LLMStalled("stalled", partial="It")
    assert error_object(error, "Who?") == {
        "question": "Who?",
        "error": {"type": "LLMStalled", "message": "stalled"},
    }
    error.answer = Answer("Who?", "Who?", "It", False, "scripted", incomplete=True)
    assert error_object(error)["partial"]["incomplete"] is True

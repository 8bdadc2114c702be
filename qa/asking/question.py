"""What is asked, made fit to be worked with: the question checked, and as much of the conversation as is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..answers import Turn
from ..errors import BadQuestion

MAX_QUESTION = 2000
"""Characters of a question."""
HISTORY_TURNS = 20
"""Earlier turns that are used, the latest. A follow-up rarely points further back, and each turn is resolved against
the one before: 600 of them ended in a RecursionError."""
HISTORY_CHARS = 2000
"""Characters of an earlier question, and of an earlier answer, that are used."""


def checked(question: object, history: Sequence[Turn | dict[str, Any]] = ()) -> tuple[str, list[Turn]]:
    """The question without space around it, and the turns to understand it by. Raises BadQuestion."""
    if not isinstance(question, str):
        raise BadQuestion(f"The question must be text; this is {_kind(question)}.")
    if not question.strip():
        raise BadQuestion("The question is empty.")
    if len(question) > MAX_QUESTION:
        raise BadQuestion(f"The question has {len(question)} characters; at most {MAX_QUESTION} are read.")
    if not question.isprintable() and any("\ud800" <= c <= "\udfff" for c in question):
        raise BadQuestion("The question has half a character in it (a lone surrogate), which is no text.")
    if isinstance(history, (str, bytes, dict)) or not isinstance(history, Sequence):
        raise BadQuestion("The history must be a list of turns.")
    try:
        turns = [Turn.of(turn) for turn in history]
    except (ValueError, TypeError) as error:
        raise BadQuestion(str(error)) from error
    return question.strip(), [Turn(_text(t.question), _text(t.answer)) for t in turns[-HISTORY_TURNS:]]


def _text(said: str) -> str:
    return said[:HISTORY_CHARS].encode("utf-8", "replace").decode("utf-8")


def _kind(value: object) -> str:
    return {"int": "a number", "float": "a number", "bool": "true or false", "list": "a list", "dict": "an object"}.get(
        type(value).__name__, "nothing"
    )

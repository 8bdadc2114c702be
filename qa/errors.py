"""What can go wrong while answering, each with what to do about it. None of these is ever an abstention.

NewsdeskError             (`index.errors`; CorpusError stands there too)
├── BadSetting            a setting has a value that cannot be used
└── AnswerError
    ├── BadQuestion           empty, too long, or a history of the wrong shape
    └── LLMError              carries what was written before it broke
        ├── LLMUnavailable    no server answers
        ├── LLMModelMissing   the server has no such chat model
        ├── LLMStalled        nothing came for too long
        ├── LLMConnectionLost the connection broke in mid-answer
        ├── LLMCutShort       the reply ended before the model had finished
        └── LLMBadReply       the server sent something that is not its protocol, or reported an error
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index import NewsdeskError

if TYPE_CHECKING:
    from .answers import Answer


class BadSetting(NewsdeskError):
    """A setting has a value that cannot be used; the message names both."""


class AnswerError(NewsdeskError):
    """Root of everything that goes wrong in answering."""


class BadQuestion(AnswerError):
    """The question or its history cannot be used."""


class LLMError(AnswerError):
    """The language model failed. `partial` is the text written until then; `answer`, set by the
    Answerer, is its checked part, marked as incomplete."""

    def __init__(self, message: str, partial: str = "") -> None:
        super().__init__(message)
        self.partial = partial
        self.answer: Answer | None = None


class LLMUnavailable(LLMError):
    """No server answers."""


class LLMModelMissing(LLMError):
    """The server has no such chat model."""


class LLMStalled(LLMError):
    """The server sent nothing for longer than the time limit."""


class LLMConnectionLost(LLMError):
    """The connection broke in mid-answer."""


class LLMCutShort(LLMError):
    """The reply ended before the model had finished: its token limit, or the server stopped."""


class LLMBadReply(LLMError):
    """The server sent something that is not its protocol, or reported an error of its own."""


def error_object(error: Exception, question: str = "") -> dict[str, Any]:
    """The error object of the command line and of batch files."""
    shown: dict[str, Any] = {"question": question, "error": {"type": type(error).__name__, "message": str(error)}}
    if isinstance(error, LLMError) and error.answer is not None:
        shown["partial"] = error.answer.to_dict()
    return shown

"""A model that says what it was told to say: a stand-in for tests of one's own code, without a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..errors import LLMError
from .protocol import Message


@dataclass(slots=True)
class ScriptedLLM:
    """Gives its `replies`, one a conversation.

    Each reply is a string, sent as is; a list of pieces, sent one by one; or an LLMError, raised (inside
    a list: raised after the pieces before it). `asked` keeps every conversation it was given.
    """

    replies: list[str | LLMError | Sequence[str | LLMError]]
    name: str = "scripted"
    context_tokens: int = 8192
    asked: list[tuple[Message, ...]] = field(default_factory=list)

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.asked.append(tuple(messages))
        reply = self.replies.pop(0)
        for piece in [reply] if isinstance(reply, (str, LLMError)) else reply:
            if isinstance(piece, LLMError):
                raise piece
            yield piece

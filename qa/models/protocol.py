"""What a language model and a server of models have to do; everything else is common.

docs/adding-a-model-server.md shows a whole one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

REPLY_TOKENS = 1024
"""Tokens of a reply at most: as many are kept free in the model's window, and a server is told to stop there."""


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


class ChatModel(Protocol):
    """A model that continues a conversation, piece by piece. `stream` raises LLMError and nothing else; closing the
    iterator stops the model. `context_tokens` is the size of the window that may be used."""

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def stream(self, messages: Sequence[Message]) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a server is and how it is used: `timeout` in seconds without a word before a model counts as stalled,
    `context_tokens` of a model's window to use at most."""

    address: str
    timeout: float
    context_tokens: int


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What a server offers: the names of its chat models, or in words why there is none (`reason`) and what to do
    about it (`advice`)."""

    reachable: bool
    models: tuple[str, ...] = ()
    reason: str = ""
    advice: str = ""


class ModelServer(Protocol):
    """A program that runs chat models. Shared between threads, one for each connection.

    `label` is what people call it; `address_variable` names the environment variable with its address, and
    `default_address` is what counts without."""

    label: ClassVar[str]
    address_variable: ClassVar[str]
    default_address: ClassVar[str]

    def __init__(self, connection: Connection) -> None: ...

    def status(self) -> ServerStatus:
        """What the server offers now; short time limits, and cheap to ask again. Never raises."""
        ...

    def open(self, model: str) -> ChatModel:
        """The model of this name. Raises LLMError (LLMModelMissing when it is not there or cannot chat), BadSetting."""
        ...

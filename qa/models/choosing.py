"""Which model answers, and why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..errors import LLMModelMissing, LLMUnavailable
from ..settings import Settings
from .protocol import ChatModel, Connection, ModelServer
from .servers import SERVERS


def choose_model(settings: Settings) -> tuple[ChatModel | None, str]:
    """The model to answer with and, in words, why; None means quoting.

    With "auto" a server without a model is a reason to quote; a server or a model that is asked for by name is never
    silently replaced. Raises LLMError (LLMUnavailable or LLMModelMissing), BadSetting.
    """
    if settings.answerer == "quote":
        return None, "Quoting, as chosen: no language model is used."
    missing: LLMModelMissing | None = None
    without = []
    for server in _servers(settings):
        status = server.status()
        if not status.models:
            without.append(status)
            continue
        # The first that can chat: whether one can is asked of the server only when it is opened.
        for name in (settings.model,) if settings.model else status.models:
            try:
                model = server.open(name)
            except LLMModelMissing as error:
                missing = missing or error
            else:
                return model, f"Answering with {model.name.partition('/')[2] or model.name} on {server.label}."
    demanded = settings.answerer != "auto" or settings.model
    if missing and demanded:
        raise missing
    if missing:
        return None, f"{missing} Quoting."
    first = without[0]
    if demanded:
        raise (LLMModelMissing if first.reachable else LLMUnavailable)(f"{first.reason}. {first.advice}")
    return None, f"{'; '.join(status.reason for status in without)}: quoting."


def chat_models(settings: Settings) -> tuple[str, ...]:
    """The names of the models that may be chosen, of every server that answers. Never raises."""
    return tuple(dict.fromkeys(name for server in _servers(settings) for name in server.status().models))


def _servers(settings: Settings) -> Iterator[ModelServer]:
    """The servers to look at; one that is asked for by name is the only one."""
    for kind in [settings.answerer] if settings.answerer in SERVERS else SERVERS:
        yield _server(SERVERS[kind], settings.connection(kind))


@lru_cache(maxsize=16)
def _server(kind: type[ModelServer], connection: Connection) -> ModelServer:
    """One a connection, so that what it remembers of its models is there at the next question."""
    return kind(connection)

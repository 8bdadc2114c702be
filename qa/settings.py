"""Settings, and the only place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from index.models.numbers import Numbers

from .errors import BadSetting
from .models.protocol import Connection
from .models.servers import SERVERS

Unsupported = Literal["strike", "remove"]
DEFAULT_INDEX = ".newsdesk/index"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured. `Settings.from_environment()` reads:

    NEWSDESK_INDEX (folder), NEWSDESK_ANSWERER (auto, quote, or a kind of model server: ollama), NEWSDESK_MODEL (one of
    its models), the address of each kind of server (OLLAMA_HOST, as Ollama itself reads it), NEWSDESK_LLM_TIMEOUT
    (seconds without a word before a model counts as stalled), NEWSDESK_CONTEXT (tokens of the model's window to use),
    NEWSDESK_WRONG_ACCEPTED (percent: of the answers given, how many may be to questions that the corpus does not
    answer, see `refusal.threshold`), NEWSDESK_UNSUPPORTED (strike, remove: what becomes of a model's sentence that no
    passage supports), NEWSDESK_STORE (the address of a Chroma server, or folder: where `ingest` keeps the vectors that
    are searched; None leaves the index as it is), NEWSDESK_NUMBERS (float32, bfloat16, int8: what the models reckon in;
    measured, the default: what this machine does fastest).
    """

    index: Path = Path(DEFAULT_INDEX)
    answerer: str = "auto"
    model: str | None = None
    server_addresses: Mapping[str, str] = field(default_factory=dict)
    llm_timeout: float = 120.0
    context_tokens: int = 8192
    wrong_accepted: float = 0.07
    passages_for_llm: int = 8
    unsupported: Unsupported = "strike"
    store: str | None = None
    numbers: str = "measured"

    @staticmethod
    def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises BadSetting naming the variable and its value."""
        default = Settings()
        unsupported = _choice(environ, "NEWSDESK_UNSUPPORTED", default.unsupported, get_args(Unsupported))
        return Settings(
            index=Path(environ.get("NEWSDESK_INDEX") or default.index),
            answerer=_choice(environ, "NEWSDESK_ANSWERER", default.answerer, answerers()),
            model=environ.get("NEWSDESK_MODEL") or None,
            server_addresses={
                kind: address for kind, server in SERVERS.items() if (address := environ.get(server.address_variable))
            },
            llm_timeout=_number(environ, "NEWSDESK_LLM_TIMEOUT", default.llm_timeout, 0.1, 3600),
            context_tokens=int(_number(environ, "NEWSDESK_CONTEXT", default.context_tokens, 512, 1 << 20)),
            wrong_accepted=_number(environ, "NEWSDESK_WRONG_ACCEPTED", 100 * default.wrong_accepted, 0, 100) / 100,
            unsupported=cast(Unsupported, unsupported),
            store=environ.get("NEWSDESK_STORE") or None,
            numbers=_choice(environ, "NEWSDESK_NUMBERS", "measured", ("measured", *get_args(Numbers))),
        )

    def connection(self, kind: str) -> Connection:
        """How the model server of this kind is reached and used."""
        address = self.server_addresses.get(kind) or SERVERS[kind].default_address
        return Connection(address, self.llm_timeout, self.context_tokens)


def answerers() -> tuple[str, ...]:
    """What NEWSDESK_ANSWERER and --answerer may be."""
    return ("auto", "quote", *SERVERS)


def _choice(environ: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise BadSetting(f"{name}={value!r}: use {', '.join(allowed[:-1])} or {allowed[-1]}")
    return value


def _number(environ: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    stated = environ.get(name)
    if not stated:
        return default
    try:
        value = float(stated)
    except ValueError as error:
        raise BadSetting(f"{name}={stated!r}: not a number") from error
    if not low <= value <= high:
        raise BadSetting(f"{name}={stated!r}: must be between {low:g} and {high:g}")
    return value

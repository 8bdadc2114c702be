"""Settings, and the only place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

AnswererKind = Literal["auto", "quote", "ollama"]
Unsupported = Literal["strike", "remove"]
DEFAULT_INDEX = ".newsdesk/index"


class BadSetting(ValueError):
    """An environment variable has a value that cannot be used; the message names both."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured. `Settings.from_environment()` reads:

    NEWSDESK_INDEX (folder), NEWSDESK_ANSWERER (auto, quote, ollama), NEWSDESK_MODEL (an Ollama model),
    OLLAMA_HOST (as Ollama itself reads it), NEWSDESK_LLM_TIMEOUT (seconds without a word before a model
    counts as stalled), NEWSDESK_CONTEXT (tokens of the model's window to use), NEWSDESK_WRONG_ACCEPTED
    (percent: of the answers given, how many may be to questions that the corpus does not answer, see
    `refusal.threshold`), NEWSDESK_UNSUPPORTED (strike,
    remove: what becomes of a model's sentence that no passage supports).
    """

    index: Path = Path(DEFAULT_INDEX)
    answerer: AnswererKind = "auto"
    model: str | None = None
    ollama_host: str = "http://127.0.0.1:11434"
    llm_timeout: float = 120.0
    context_tokens: int = 8192
    wrong_accepted: float = 0.05
    passages_for_llm: int = 8
    unsupported: Unsupported = "strike"

    @staticmethod
    def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises BadSetting naming the variable and its value."""
        default = Settings()
        answerer = _choice(environ, "NEWSDESK_ANSWERER", default.answerer, get_args(AnswererKind))
        unsupported = _choice(environ, "NEWSDESK_UNSUPPORTED", default.unsupported, get_args(Unsupported))
        return Settings(
            index=Path(environ.get("NEWSDESK_INDEX") or default.index),
            answerer=cast(AnswererKind, answerer),
            model=environ.get("NEWSDESK_MODEL") or None,
            ollama_host=environ.get("OLLAMA_HOST") or default.ollama_host,
            llm_timeout=_number(environ, "NEWSDESK_LLM_TIMEOUT", default.llm_timeout, 0.1, 3600),
            context_tokens=int(_number(environ, "NEWSDESK_CONTEXT", default.context_tokens, 512, 1 << 20)),
            wrong_accepted=_number(environ, "NEWSDESK_WRONG_ACCEPTED", 100 * default.wrong_accepted, 0, 100) / 100,
            unsupported=cast(Unsupported, unsupported),
        )


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

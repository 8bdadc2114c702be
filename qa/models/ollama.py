"""Chat models behind a protocol of one method; Ollama through LlamaIndex, and a scripted one for tests.

The home of llama-index's LLM classes, of the ollama client, and of the errors they raise. A new back
end is a class with `name`, `context_tokens` and `stream`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ..errors import LLMBadReply, LLMConnectionLost, LLMError, LLMModelMissing, LLMStalled, LLMUnavailable
from ..settings import Settings


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


class ChatModel(Protocol):
    """A model that continues a conversation, piece by piece. `stream` raises LLMError and nothing else."""

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def stream(self, messages: Sequence[Message]) -> Iterator[str]: ...


class CutShort(LLMError):
    """The reply ended before the model had finished (its token limit, or the server stopped)."""


@dataclass(slots=True)
class ScriptedLLM:
    """Says what it was told to say: a stand-in for tests of one's own code, without a server.

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


@dataclass(frozen=True, slots=True)
class OllamaStatus:
    """What an Ollama server offers: names of its chat models, or why there are none."""

    host: str
    reachable: bool
    chat_models: tuple[str, ...] = ()
    reason: str = ""


def ollama_status(settings: Settings) -> OllamaStatus:
    """Asks the configured server, with a short time limit. Never raises."""
    import httpx
    import ollama

    try:
        client = ollama.Client(host=settings.ollama_host, timeout=httpx.Timeout(5.0, connect=1.5), trust_env=False)
    except ValueError as error:
        return OllamaStatus(
            settings.ollama_host, False, reason=f"OLLAMA_HOST={settings.ollama_host!r} is not an address: {error}"
        )
    try:
        listed = [m.model for m in client.list().models if m.model]
        chat = tuple(name for name in listed if _can_chat(client, name))
    except (ConnectionError, httpx.HTTPError, OSError):
        return OllamaStatus(settings.ollama_host, False, reason=f"Ollama not found at {settings.ollama_host}")
    except (ollama.ResponseError, ValueError, TypeError, AttributeError) as error:
        return OllamaStatus(
            settings.ollama_host, False, reason=f"{settings.ollama_host} does not answer like Ollama: {error}"
        )
    reason = (
        ""
        if chat
        else ("Ollama has only embedding models" if listed else "Ollama has no model yet")
        + ": run `ollama pull llama3.2`"
    )
    return OllamaStatus(settings.ollama_host, True, chat, reason)


def _can_chat(client: Any, name: str) -> bool:
    """Whether a model can chat: what the server says of it, or for old servers the family it belongs to."""
    shown = client.show(name)
    if shown.capabilities:
        return "completion" in shown.capabilities
    family = (shown.details.family or "") if shown.details else ""
    return not ("bert" in family or "embed" in name.lower() or name.lower().startswith(("bge", "all-minilm")))


class OllamaModel:
    """A model on an Ollama server, through LlamaIndex's integration."""

    def __init__(self, model: str, settings: Settings) -> None:
        import httpx
        import ollama
        from llama_index.llms.ollama import Ollama

        self.model, self._settings = model, settings
        client = ollama.Client(
            host=settings.ollama_host, timeout=httpx.Timeout(settings.llm_timeout, connect=5.0), trust_env=False
        )
        self.context_tokens = min(settings.context_tokens, self._window(client))
        self._llm = Ollama(
            model=model,
            client=client,
            base_url=settings.ollama_host,
            context_window=self.context_tokens,
            temperature=0.0,
            request_timeout=settings.llm_timeout,
            additional_kwargs={"num_predict": 1024},
        )

    @property
    def name(self) -> str:
        return f"ollama/{self.model}"

    def _window(self, client: Any) -> int:
        with _translated(self.model, self._settings, []):
            facts = client.show(self.model).modelinfo or {}
        stated = [int(v) for k, v in facts.items() if k.endswith("context_length")]
        return stated[0] if stated else self._settings.context_tokens

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        from llama_index.core.llms import ChatMessage

        said: list[str] = []
        finished = False
        with _translated(self.model, self._settings, said):
            for part in self._llm.stream_chat([ChatMessage(role=m.role, content=m.content) for m in messages]):
                raw: Any = part.raw or {}
                if part.delta:
                    said.append(part.delta)
                    yield part.delta
                if raw.get("done"):
                    finished = raw.get("done_reason") != "length"
        if not finished:
            raise CutShort(
                "The model stopped before it had finished its answer. Ask again, or ask for less.", "".join(said)
            )


class _translated:
    """Turns what httpx, ollama and json raise into our errors, each saying what to do."""

    def __init__(self, model: str, settings: Settings, said: list[str]) -> None:
        self._model, self._settings, self._said = model, settings, said

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, (GeneratorExit, KeyboardInterrupt, LLMError)):
            return
        import httpx
        import ollama

        host, partial = self._settings.ollama_host, "".join(self._said)
        if isinstance(error, (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout)) and not partial:
            raise LLMUnavailable(
                f"No Ollama server answers at {host}. Start it with `ollama serve`, or ask without a model "
                "(--answerer quote).",
                partial,
            ) from error
        if isinstance(error, httpx.TimeoutException):
            raise LLMStalled(
                f"The model {self._model} said nothing for {self._settings.llm_timeout:g} seconds. Ask again, choose a "
                "smaller model, or raise NEWSDESK_LLM_TIMEOUT.",
                partial,
            ) from error
        if isinstance(error, ollama.ResponseError):
            if error.status_code == 404:
                raise LLMModelMissing(
                    f"The Ollama server at {host} has no model {self._model!r}. Run `ollama pull {self._model}`, or "
                    "choose another one.",
                    partial,
                ) from error
            raise LLMBadReply(f"Ollama reports an error: {error.error}", partial) from error
        if isinstance(error, (httpx.HTTPError, ConnectionError, OSError)):
            raise LLMConnectionLost(
                f"The connection to Ollama at {host} broke in mid-answer. Check that `ollama serve` is running and ask "
                "again.",
                partial,
            ) from error
        if isinstance(error, (ValueError, TypeError, AttributeError, KeyError)):
            raise LLMBadReply(
                f"The server at {host} sent something that is not Ollama's protocol ({error}). Check OLLAMA_HOST.",
                partial,
            ) from error


def choose_model(settings: Settings) -> tuple[ChatModel | None, str]:
    """The model to answer with and, in words, why; None means quoting.

    With `answerer="ollama"` a missing server or model is an error; with "auto" it is a reason to quote.
    Raises LLMUnavailable or LLMModelMissing.
    """
    if settings.answerer == "quote":
        return None, "Quoting, as chosen: no language model is used."
    status = ollama_status(settings)
    wanted = settings.model
    if status.chat_models:
        chosen = _matching(wanted, status.chat_models) if wanted else status.chat_models[0]
        if chosen:
            return OllamaModel(chosen, settings), f"Answering with {chosen} on Ollama."
        problem: LLMError = LLMModelMissing(
            f"The Ollama server at {status.host} has no chat model {wanted!r}. It has: {', '.join(status.chat_models)}. "
            f"Run `ollama pull {wanted}`, or choose one of these."
        )
        # A model asked for by name is never silently replaced.
        raise problem
    problem = (
        LLMModelMissing(f"{status.reason}.")
        if status.reachable
        else LLMUnavailable(f"{status.reason}. Start it with `ollama serve`, or use --answerer quote.")
    )
    if settings.answerer == "ollama":
        raise problem
    return None, f"{status.reason}: quoting."


def _matching(wanted: str, models: Sequence[str]) -> str | None:
    """The listed name that `wanted` means: `llama3.2` means `llama3.2:latest`."""
    return next((m for m in models if m in (wanted, f"{wanted}:latest")), None)

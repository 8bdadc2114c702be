"""An Ollama server and its models, through LlamaIndex's integration.

The home of llama-index's LLM classes, of the ollama client, and of the errors they raise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..errors import (
    BadSetting,
    LLMBadReply,
    LLMConnectionLost,
    LLMCutShort,
    LLMError,
    LLMModelMissing,
    LLMStalled,
    LLMUnavailable,
)
from .protocol import REPLY_TOKENS, ChatModel, Connection, Message, ServerStatus

if TYPE_CHECKING:
    import httpx
    import ollama

REMEMBERED_FOR = 10.0
"""Seconds for which what a server said of its models is believed: a question costs no requests for it while people ask
one after the other, and a model that was pulled shows up soon."""
_NAMED_AT_MOST = 10
"""Models that an error message lists by name."""
_ADVICE_START = "Start it with `ollama serve`, or use --answerer quote."
_ADVICE_PULL = "Run `ollama pull llama3.2`."


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a server says of one model: whether it can chat, and the tokens of its window (None when it does not say)."""

    can_chat: bool
    window: int | None


class OllamaServer:
    """One server. Its list of models and the facts of a model are each asked for once in `REMEMBERED_FOR` seconds;
    the facts only of a model that is opened."""

    label: ClassVar[str] = "Ollama"
    address_variable: ClassVar[str] = "OLLAMA_HOST"
    default_address: ClassVar[str] = "http://127.0.0.1:11434"

    def __init__(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> None:
        self._connection, self._clock = connection, clock
        self._lock = Lock()
        self._listed: tuple[float, tuple[tuple[str, bool], ...]] | None = None
        self._facts: dict[str, tuple[float, _Facts]] = {}
        self._opened: dict[tuple[str, int | None], OllamaModel] = {}

    def status(self) -> ServerStatus:
        """From the list of models alone: what a name or family says is for embedding only is left out."""
        import httpx
        import ollama

        host = self._connection.address
        try:
            listed = self._models()
        except BadSetting as error:
            return ServerStatus(False, reason=str(error), advice="Correct it, or use --answerer quote.")
        except (ConnectionError, httpx.HTTPError, OSError):
            return ServerStatus(False, reason=f"Ollama not found at {host}", advice=_ADVICE_START)
        except (ollama.ResponseError, ValueError, TypeError, AttributeError) as error:
            reason = f"{host} does not answer like Ollama: {error}"
            return ServerStatus(False, reason=reason, advice=_ADVICE_START)
        chat = tuple(name for name, likely in listed if likely)
        if chat:
            return ServerStatus(True, chat)
        reason = "Ollama has only embedding models" if listed else "Ollama has no model yet"
        return ServerStatus(True, reason=f"{reason}: run `ollama pull llama3.2`", advice=_ADVICE_PULL)

    def open(self, model: str) -> ChatModel:
        """`llama3.2` means `llama3.2:latest`."""
        with _translated(model, self._connection, []):
            listed = self._models()
            name = next((n for n, _ in listed if n in (model, f"{model}:latest")), None)
            if name is None:
                raise LLMModelMissing(
                    f"The Ollama server at {self._connection.address} has no model {model!r}. It has: "
                    f"{_some([n for n, likely in listed if likely])}. Run `ollama pull {model}`, or choose one of these."
                )
            try:
                facts = self._facts_of(name)
            except Exception:
                self._listed = None  # it may be gone: the next question lists anew
                raise
        if not facts.can_chat:
            raise LLMModelMissing(f"{name} cannot chat, it is for embedding only. {_ADVICE_PULL}")
        with self._lock:
            if (name, facts.window) not in self._opened:
                self._opened[name, facts.window] = OllamaModel(name, self._connection, facts.window)
            return self._opened[name, facts.window]

    def _models(self) -> tuple[tuple[str, bool], ...]:
        """Every model with whether it seems able to chat, in the order of the server (the newest first)."""
        now = self._clock()
        with self._lock:
            remembered = self._listed
            if remembered is None or now - remembered[0] >= REMEMBERED_FOR:
                with self._client() as client:
                    models = client.list().models
                seen = ((m.model, m.details.family if m.details else None) for m in models if m.model)
                remembered = now, tuple((name, _seems_to_chat(name, family or "")) for name, family in seen)
                self._listed = remembered
            return remembered[1]

    def _facts_of(self, name: str) -> _Facts:
        now = self._clock()
        with self._lock:
            remembered = self._facts.get(name)
            if remembered is None or now - remembered[0] >= REMEMBERED_FOR:
                with self._client() as client:
                    shown = client.show(name)
                family = (shown.details.family or "") if shown.details else ""
                stated = [int(v) for k, v in (shown.modelinfo or {}).items() if k.endswith("context_length")]
                can_chat = "completion" in shown.capabilities if shown.capabilities else _seems_to_chat(name, family)
                remembered = now, _Facts(can_chat, stated[0] if stated else None)
                self._facts[name] = remembered
            return remembered[1]

    def _client(self) -> ollama.Client:
        import httpx

        return _client(self._connection, httpx.Timeout(5.0, connect=1.5))


def _client(connection: Connection, timeout: httpx.Timeout) -> ollama.Client:
    """Raises BadSetting."""
    import ollama

    try:
        return ollama.Client(host=connection.address, timeout=timeout, trust_env=False)
    except ValueError as error:
        raise BadSetting(f"OLLAMA_HOST={connection.address!r} is not an address: {error}") from error


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _seems_to_chat(name: str, family: str) -> bool:
    """From a model's name and family alone; servers older than Ollama's capabilities say no more."""
    return not ("bert" in family or "embed" in name.lower() or name.lower().startswith(("bge", "all-minilm")))


class OllamaModel:
    """A model on an Ollama server. Shared between threads: each stream is a connection of its own."""

    def __init__(self, model: str, connection: Connection, window: int | None = None) -> None:
        import httpx
        from llama_index.llms.ollama import Ollama

        self.model, self._connection = model, connection
        self.context_tokens = min(connection.context_tokens, window or connection.context_tokens)
        # A model that thinks spends its tokens on that, and may end without an answer. gpt-oss takes no "no". It has
        # to be said here: LlamaIndex loses a False that is said at the call.
        thinking: bool | Literal["low"] = "low" if "gpt-oss" in model else False
        self._llm = Ollama(
            model=model,
            client=_client(connection, httpx.Timeout(connection.timeout, connect=5.0)),
            base_url=connection.address,
            context_window=self.context_tokens,
            temperature=0.0,
            request_timeout=connection.timeout,
            thinking=thinking,
            additional_kwargs={"num_predict": REPLY_TOKENS},
        )

    @property
    def name(self) -> str:
        return f"ollama/{self.model}"

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        from llama_index.core.llms import ChatMessage, MessageRole

        said: list[str] = []
        finished = False
        with _translated(self.model, self._connection, said):
            sent = [ChatMessage(role=MessageRole(m.role), content=m.content) for m in messages]
            for part in self._llm.stream_chat(sent):
                raw: Any = part.raw or {}
                if part.delta:
                    said.append(part.delta)
                    yield part.delta
                if raw.get("done"):
                    finished = raw.get("done_reason") != "length"
        if not finished:
            raise LLMCutShort(
                "The model stopped before it had finished its answer. Ask again, or ask for less.", "".join(said)
            )


class _translated:
    """Turns what httpx, ollama and json raise into our errors, each saying what to do."""

    def __init__(self, model: str, connection: Connection, said: list[str]) -> None:
        self._model, self._connection, self._said = model, connection, said

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, (GeneratorExit, KeyboardInterrupt, LLMError, BadSetting)):
            return
        import httpx
        import ollama

        host, partial = self._connection.address, "".join(self._said)
        if isinstance(error, (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout)) and not partial:
            raise LLMUnavailable(
                f"No Ollama server answers at {host}. Start it with `ollama serve`, or ask without a model "
                "(--answerer quote).",
                partial,
            ) from error
        if isinstance(error, httpx.TimeoutException):
            raise LLMStalled(
                f"The model {self._model} said nothing for {self._connection.timeout:g} seconds. Ask again, choose a "
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

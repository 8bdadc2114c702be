"""The real ollama client and LlamaIndex, against a server on loopback that speaks Ollama's protocol."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from qa import LLMBadReply, LLMConnectionLost, LLMError, LLMModelMissing, LLMStalled, LLMUnavailable, Settings
from qa.models.ollama import CutShort, Message, OllamaModel, choose_model, ollama_status
from tests.conftest import FakeOllama, line

ASKED = [Message("user", "Where?")]


def settings(ollama: FakeOllama, **changes: Any) -> Settings:
    return replace(Settings(ollama_host=ollama.url, llm_timeout=5.0), **changes)


def test_pieces_come_as_they_are_sent(ollama: FakeOllama) -> None:
    ollama.says("In ", "Gen", "eva", " [1].")
    model = OllamaModel("llama3.2:latest", settings(ollama))
    assert list(model.stream(ASKED)) == ["In ", "Gen", "eva", " [1]."]
    sent = ollama.requests[0]
    assert sent["messages"] == [{"role": "user", "content": "Where?"}]
    assert sent["options"]["num_ctx"] == 8192
    assert model.name == "ollama/llama3.2:latest"


def test_the_window_is_the_smaller_of_the_models_and_the_settings(ollama: FakeOllama) -> None:
    ollama.context_length = 2048
    assert OllamaModel("llama3.2:latest", settings(ollama)).context_tokens == 2048
    ollama.context_length = 131072
    assert OllamaModel("llama3.2:latest", settings(ollama)).context_tokens == 8192


def test_embedding_models_are_never_chosen(ollama: FakeOllama) -> None:
    ollama.models = {"nomic-embed-text:latest": ["embedding"], "qwen3:4b": ["completion"], "all-minilm": []}
    assert ollama_status(settings(ollama)).chat_models == ("qwen3:4b",)
    model, why = choose_model(settings(ollama))
    assert model is not None
    assert model.name == "ollama/qwen3:4b"
    assert "qwen3:4b" in why


def test_without_a_chat_model_it_quotes_and_says_why(ollama: FakeOllama) -> None:
    ollama.models = {"nomic-embed-text": ["embedding"]}
    model, why = choose_model(settings(ollama))
    assert model is None
    assert "only embedding models" in why
    with pytest.raises(LLMModelMissing, match="ollama pull"):
        choose_model(settings(ollama, answerer="ollama"))


def test_a_model_chosen_by_name(ollama: FakeOllama) -> None:
    ollama.models = {"a:latest": ["completion"], "b:1b": ["completion"]}
    chosen, _ = choose_model(settings(ollama, model="b:1b"))
    assert chosen is not None
    assert chosen.name == "ollama/b:1b"
    assert choose_model(settings(ollama, model="a"))[0] is not None
    with pytest.raises(LLMModelMissing, match="ollama pull c"):
        choose_model(settings(ollama, model="c"))


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_no_server() -> None:
    nowhere = Settings(ollama_host=closed_port())
    assert choose_model(nowhere)[1].startswith("Ollama not found")
    with pytest.raises(LLMUnavailable, match="ollama serve"):
        choose_model(replace(nowhere, answerer="ollama"))
    with pytest.raises(LLMUnavailable):
        OllamaModel("m", nowhere)


def test_a_model_that_is_gone(ollama: FakeOllama) -> None:
    with pytest.raises(LLMModelMissing, match="ollama pull gone"):
        OllamaModel("gone", settings(ollama))


def broken(ollama: FakeOllama, error: type[LLMError], timeout: float = 5.0) -> LLMError:
    with pytest.raises(error) as caught:
        list(OllamaModel("llama3.2:latest", settings(ollama, llm_timeout=timeout)).stream(ASKED))
    return caught.value


def test_a_stall_keeps_what_was_written(ollama: FakeOllama) -> None:
    def stall(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        line(handler, {"message": {"role": "assistant", "content": "They met"}, "done": False})
        time.sleep(3)

    ollama.chat = stall
    error = broken(ollama, LLMStalled, timeout=0.5)
    assert error.partial == "They met"
    assert "0.5 seconds" in str(error)


def test_a_connection_lost_in_mid_answer(ollama: FakeOllama) -> None:
    def cut(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        line(handler, {"message": {"role": "assistant", "content": "They met"}, "done": False})
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        handler.connection.close()

    ollama.chat = cut
    assert broken(ollama, LLMConnectionLost).partial == "They met"


@pytest.mark.parametrize("sent", [b"<html>proxy</html>\n", b'{"message": {"content": "x"\n', b"[1, 2]\n"])
def test_invalid_json(ollama: FakeOllama, sent: bytes) -> None:
    def garbage(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.wfile.write(sent)

    ollama.chat = garbage
    assert "OLLAMA_HOST" in str(broken(ollama, LLMBadReply))


def test_an_error_of_the_server(ollama: FakeOllama) -> None:
    ollama.chat = lambda handler, _: line(handler, {"error": "out of memory"})
    assert "out of memory" in str(broken(ollama, LLMBadReply))


@pytest.mark.parametrize(("done", "reason"), [(True, "length"), (False, "stop")])
def test_a_reply_that_stops_in_mid_sentence(ollama: FakeOllama, done: bool, reason: str) -> None:
    ollama.says("They met in", done=done, reason=reason)
    assert broken(ollama, CutShort).partial == "They met in"


def test_closing_the_stream_stops_the_server(ollama: FakeOllama) -> None:
    ollama.says(*["word "] * 400, delay=0.02)
    stream = OllamaModel("llama3.2:latest", settings(ollama)).stream(ASKED)
    assert next(stream) == "word "
    stream.close()  # type: ignore[attr-defined]
    until = time.monotonic() + 6
    while {"client": "gone"} not in ollama.requests and time.monotonic() < until:
        time.sleep(0.05)
    assert {"client": "gone"} in ollama.requests

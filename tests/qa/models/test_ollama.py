"""The real ollama client and LlamaIndex, against a server on loopback that speaks Ollama's protocol."""

from __future__ import annotations

import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from qa import (
    BadSetting,
    LLMBadReply,
    LLMConnectionLost,
    LLMCutShort,
    LLMError,
    LLMModelMissing,
    LLMStalled,
    LLMUnavailable,
)
from qa.models.ollama import REMEMBERED_FOR, OllamaServer
from qa.models.protocol import ChatModel, Connection, Message
from tests.fakes import FakeOllama, line

ASKED = [Message("user", "Where?")]


def server(ollama: FakeOllama, timeout: float = 5.0) -> OllamaServer:
    return OllamaServer(Connection(ollama.url, timeout, 8192))


def opened(ollama: FakeOllama, name: str = "llama3.2:latest", timeout: float = 5.0) -> ChatModel:
    return server(ollama, timeout).open(name)


def test_pieces_come_as_they_are_sent(ollama: FakeOllama) -> None:
    ollama.says("In ", "Gen", "eva", " [1].")
    model = opened(ollama)
    assert list(model.stream(ASKED)) == ["In ", "Gen", "eva", " [1]."]
    sent = ollama.requests[0]
    assert sent["messages"] == [{"role": "user", "content": "Where?"}]
    assert sent["options"]["num_ctx"] == 8192
    assert sent["think"] is False
    assert model.name == "ollama/llama3.2:latest"


def test_the_window_is_the_smaller_of_the_models_and_the_settings(ollama: FakeOllama) -> None:
    ollama.context_length = 2048
    assert opened(ollama).context_tokens == 2048
    ollama.context_length = 131072
    assert opened(ollama).context_tokens == 8192


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_a_model_that_cannot_be_told_not_to_think_is_told_to_think_little(ollama: FakeOllama) -> None:
    ollama.models = {"gpt-oss:20b": ["completion", "thinking"]}
    ollama.says("Yes.")
    list(opened(ollama, "gpt-oss:20b").stream(ASKED))
    assert ollama.requests[0]["think"] == "low"


def test_no_server() -> None:
    nowhere = OllamaServer(Connection(closed_port(), 5.0, 8192))
    assert nowhere.status().reason.startswith("Ollama not found")
    assert not nowhere.status().reachable
    with pytest.raises(LLMUnavailable, match="ollama serve"):
        nowhere.open("m")


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999999", "http://[::1"])
def test_an_address_that_is_none_is_a_bad_setting(address: str) -> None:
    nowhere = OllamaServer(Connection(address, 5.0, 8192))
    assert "OLLAMA_HOST" in nowhere.status().reason
    with pytest.raises(BadSetting, match="OLLAMA_HOST="):
        nowhere.open("m")


def test_something_else_than_ollama(ollama: FakeOllama) -> None:
    ollama.url += "/elsewhere"
    ollama.models = {"": []}
    status = server(ollama).status()
    assert (status.reachable, status.models) == (True, ())


def test_what_the_server_says_of_its_models_is_remembered_for_a_short_time(ollama: FakeOllama) -> None:
    now = 1000.0
    ollama.models = {f"model-{n}": ["completion"] for n in range(500)}
    one = OllamaServer(Connection(ollama.url, 5.0, 8192), clock=lambda: now)
    for _ in range(10):
        assert len(one.status().models) == 500
        assert one.open("model-7").context_tokens == 8192
    assert ollama.asked == ["/api/tags", "/api/show"]
    ollama.models["new"] = ["completion"]
    assert "new" not in one.status().models
    now += REMEMBERED_FOR
    assert "new" in one.status().models
    assert ollama.asked == ["/api/tags", "/api/show", "/api/tags"]


def test_a_model_that_went_away_is_noticed_when_it_is_opened(ollama: FakeOllama) -> None:
    one = server(ollama)
    assert one.status().models == ("llama3.2:latest",)
    ollama.models = {"other": ["completion"]}
    with pytest.raises(LLMModelMissing, match=r"ollama pull llama3\.2"):
        one.open("llama3.2:latest")
    assert one.status().models == ("other",)


def test_an_error_names_some_of_many_models(ollama: FakeOllama) -> None:
    ollama.models = {f"model-{n}": ["completion"] for n in range(500)}
    with pytest.raises(LLMModelMissing, match="model-9 and 490 more"):
        opened(ollama, "gone")


def test_a_model_that_is_gone(ollama: FakeOllama) -> None:
    with pytest.raises(LLMModelMissing, match="ollama pull gone"):
        opened(ollama, "gone")


def broken(ollama: FakeOllama, error: type[LLMError], timeout: float = 5.0) -> LLMError:
    with pytest.raises(error) as caught:
        list(opened(ollama, timeout=timeout).stream(ASKED))
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
        time.sleep(0.5)  # a reset throws away what the other side has not read yet
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
    assert broken(ollama, LLMCutShort).partial == "They met in"


def test_closing_the_stream_stops_the_server(ollama: FakeOllama) -> None:
    ollama.says(*["word "] * 400, delay=0.02)
    stream = opened(ollama).stream(ASKED)
    assert next(stream) == "word "
    stream.close()  # type: ignore[attr-defined]
    until = time.monotonic() + 6
    while {"client": "gone"} not in ollama.requests and time.monotonic() < until:
        time.sleep(0.05)
    assert {"client": "gone"} in ollama.requests

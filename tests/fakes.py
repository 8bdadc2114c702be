"""Stand-ins that tests share: a real server on loopback, to which what is tested talks as it would to the true one, and an
embedding model that costs nothing."""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass
class FakeOllama:
    """Speaks Ollama's wire protocol; what it says is up to the test.

    `chat` writes the body of /api/chat, given the handler and the request. `requests` are the chats asked for, `asked`
    the path of every request."""

    models: dict[str, list[str]] = field(default_factory=lambda: {"llama3.2:latest": ["completion"]})
    chat: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    context_length: int = 8192
    url: str = ""

    def says(self, *pieces: str, done: bool = True, reason: str = "stop", delay: float = 0.0) -> None:
        """Streams the pieces as a chat reply."""

        def chat(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
            for piece in pieces:
                line(handler, {"message": {"role": "assistant", "content": piece}, "done": False})
                time.sleep(delay)
            if done:
                line(handler, {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": reason})

        self.chat = chat


def line(handler: BaseHTTPRequestHandler, row: dict[str, Any]) -> None:
    handler.wfile.write((json.dumps({"model": "m", "created_at": "2031-01-01T00:00:00Z", **row}) + "\n").encode())
    handler.wfile.flush()


@contextmanager
def serving_ollama() -> Iterator[FakeOllama]:
    fake = FakeOllama()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _json(self, value: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            fake.asked.append(self.path)
            self._json({"models": [{"model": name, "name": name} for name in fake.models]})

        def do_POST(self) -> None:
            fake.asked.append(self.path)
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/api/show":
                name = request["model"]
                if name not in fake.models:
                    self._json({"error": f"model '{name}' not found"}, 404)
                    return
                self._json(
                    {
                        "capabilities": fake.models[name],
                        "model_info": {"llama.context_length": fake.context_length},
                        "details": {"family": "llama"},
                    }
                )
                return
            fake.requests.append(request)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.end_headers()
            try:
                if fake.chat is not None:
                    fake.chat(self, request)
            except (BrokenPipeError, ConnectionResetError):
                fake.requests.append({"client": "gone"})

    with serving(Handler) as url:
        fake.url = url
        yield fake


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of an HTTP server on loopback that answers with `handler`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class HashedWords:
    """Vectors from the words of a text alone: texts that share words are near each other."""

    name = "hashed-words"
    dimension = 64

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.strip(".,").encode()) % self.dimension] += 1.0
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return np.asarray(vectors / lengths, dtype=np.float32)

"""What the tests share: a small indexed corpus, a server that speaks Ollama's protocol, and no network."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest

from index import Retriever, sync

SHARED = Path(__file__).resolve().parents[2] / "shared"
REPORTS = {
    "treaty.txt": (
        "Treaty signed in Port Merrow\nPublished: 2031-03-04\n\n"
        "Velmar and Karsova signed a fishing treaty in Port Merrow on Tuesday. Foreign minister Aurel Tarsi signed for "
        "Velmar. Fisheries minister Linnea Croft signed for Karsova at 10:30 a.m. ET. The treaty runs for three years."
    ),
    "flood.txt": (
        "Flood in Ostrell\nPublished: 2031-03-03\n\n"
        "The river Tarn Olva flooded the province of Ostrell on Monday. Rescue chief Bodil Arne said 260 people had "
        "been taken to a school in Sarrow. Lt. Gen. Ada Kerr sent 400 soldiers."
    ),
    "comet.txt": (
        "Comet found by schoolgirl\nPublished: 2031-03-24\n\n"
        "Ines Calloway, a 16-year-old schoolgirl from Aldermouth, discovered a comet. It will be visible to the naked "
        "eye in September, astronomer Lothar Vieri said."
    ),
}


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs with sockets other than loopback blocked: after installation nothing needs a network."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"blocked by the tests: a connection to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in list(os.environ):
        if name.startswith("NEWSDESK_") or name == "OLLAMA_HOST":
            monkeypatch.delenv(name)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder with three short reports."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same reports, indexed once. Tests must not write to it."""
    folder = tmp_path_factory.mktemp("shared-index")
    source = folder / "reports"
    source.mkdir()
    for name, text in REPORTS.items():
        (source / name).write_text(text, encoding="utf-8")
    sync([source], folder / "index")
    return folder / "index"


@pytest.fixture(scope="session")
def retriever(index: Path) -> Iterator[Retriever]:
    opened = Retriever.open(index)
    yield opened
    opened.close()


@dataclass
class FakeOllama:
    """A real HTTP server on loopback that speaks Ollama's wire protocol; what it says is up to the test.

    `chat` writes the body of /api/chat, given the handler and the request.
    """

    models: dict[str, list[str]] = field(default_factory=lambda: {"llama3.2:latest": ["completion"]})
    chat: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
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


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
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
            self._json({"models": [{"model": name, "name": name} for name in fake.models]})

        def do_POST(self) -> None:
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield fake
    server.shutdown()
    server.server_close()

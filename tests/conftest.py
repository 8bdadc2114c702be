"""What the tests share: a small indexed corpus, a server that speaks Ollama's protocol, and no network."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command and the page do, before PyTorch is loaded
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest

from index import Retriever, sync
from index.models.embedding import Embedder
from tests.fakes import FakeOllama, HashedWords, serving_ollama

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


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with serving_ollama() as fake:
        yield fake


@pytest.fixture
def hashed_words(monkeypatch: pytest.MonkeyPatch) -> HashedWords:
    """Every index of the test is built and searched with `HashedWords`."""
    model = HashedWords()
    monkeypatch.setattr(Embedder, "open", staticmethod(lambda *_: model))
    return model

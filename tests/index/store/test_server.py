from __future__ import annotations

import gc
import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import CorpusError, Retriever, export_index, import_index, sync
from index.store.server import _connect, collection_name
from index.verify import verify_index
from tests.fakes import HashedWords

pytestmark = pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A real Chroma server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("chroma")),
            "run", "--path", str(tmp_path / "server"), "--host", "127.0.0.1", "--port", str(port),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )  # fmt: skip
    end = time.time() + 60
    while time.time() < end:
        with socket.socket() as waiting:
            if waiting.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)
    with warnings.catch_warnings():  # Chroma leaves the connections of a closed client to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def found(opened: Retriever, query: str) -> list[str]:
    hits = opened.search(query, k=3)
    assert "dense" in hits[0].ranks
    return [h.passage.document_id for h in hits]


def test_a_server_is_searched_by_configuration_alone(
    server: str, reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    index = tmp_path / "index"
    sync([reports], index, store=server)
    opened = Retriever.open(index, reader=None)
    assert opened.facts().vector_index == server
    assert found(opened, "comet September")[0] == "comet.txt"
    assert opened.facts().problem == ""
    assert not list(index.glob("chroma-*"))
    client = _connect(server)
    collection = client.get_collection(collection_name(opened.revision()[0]))
    assert collection.count() == opened.counts().passages

    (reports / "strike.txt").write_text("Strike\n\nTram drivers are on strike in Lindhaven.")
    (reports / "comet.txt").unlink()
    sync([reports], index)
    assert found(opened, "strike of tram drivers")[0] == "strike.txt"
    assert "comet.txt" not in found(opened, "comet")
    assert collection.count() == opened.counts().passages

    # A reader elsewhere has the truth from an export, and searches the same server.
    export_index(index, tmp_path / "one")
    import_index(tmp_path / "one", tmp_path / "reader")
    reader = Retriever.open(tmp_path / "reader", reader=None)
    assert found(reader, "strike of tram drivers")[0] == "strike.txt"
    assert reader.facts().vector_index == server
    assert verify_index(index) == []
    opened.close()
    reader.close()
    client.close()

    sync([reports], index, store="folder")
    local = Retriever.open(index, reader=None)
    assert Path(local.facts().vector_index).is_dir()
    local.close()


def test_a_server_that_is_gone_costs_no_answer(
    server: str, reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    index = tmp_path / "index"
    sync([reports], index, store="http://127.0.0.1:9")
    opened = Retriever.open(index, reader=None)
    assert found(opened, "comet September")[0] == "comet.txt"
    opened.close()
    shutil.rmtree(index)
    with pytest.raises(CorpusError, match="not the address"):
        sync([reports], index, store="ftp://somewhere")

"""Threads and processes that search while others write: whole documents, old or new, never a mixture."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index import IndexMissing, Retriever, sync
from tests.fakes import HashedWords

ROOT = Path(__file__).parents[2]
SEARCHING = """
import sys, time, re
from pathlib import Path
sys.path.insert(0, {root!r})
import tests.fakes as c
from index.models.embedding import Embedder
Embedder.open = staticmethod(lambda *_: c.HashedWords())
from index import Retriever
opened = Retriever.open({index!r}, reader=None)
print("ready", flush=True)
end = time.time() + {seconds}
searches = 0
while time.time() < end:
    versions = {{}}
    for hit in opened.search("version of the ledger", k=200):
        versions.setdefault(hit.passage.document_id, set()).add(re.search(r"version (\\d+)", hit.passage.text)[1])
    mixed = {{d: v for d, v in versions.items() if len(v) > 1}}
    if mixed:
        print("mixed", mixed, flush=True)
        sys.exit(1)
    if len(versions) != 6:
        print("lost", sorted(versions), flush=True)
        sys.exit(1)
    searches += 1
print("done", searches, flush=True)
"""


def ledgers(folder: Path, version: int) -> None:
    """Six documents of several passages, each of which says which version it is of."""
    folder.mkdir(exist_ok=True)
    for n in range(6):
        line = f"The ledger {n} is at version {version} on this page, and tells of all that came and went there. "
        (folder / f"{n}.txt").write_text("\n\n".join(line * 4 for _ in range(5)))


def test_searches_see_whole_documents_while_another_process_writes(tmp_path: Path, hashed_words: HashedWords) -> None:
    folder, index = tmp_path / "ledgers", tmp_path / "index"
    ledgers(folder, 0)
    sync([folder], index)
    code = SEARCHING.format(root=str(ROOT), index=str(index), seconds=8)
    searching = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)
    ]
    for process in searching:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    version = 0
    while any(p.poll() is None for p in searching):
        version += 1
        ledgers(folder, version)
        sync([folder], index)
    for process in searching:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0, out
        assert out.startswith("done")
    assert version > 1


def test_threads_share_a_retriever_and_find_each_commit(tmp_path: Path, hashed_words: HashedWords) -> None:
    folder, index = tmp_path / "ledgers", tmp_path / "index"
    ledgers(folder, 0)
    sync([folder], index)
    opened = Retriever.open(index, reader=None)
    stop, problems = threading.Event(), list[str]()

    def search() -> None:
        latest = -1
        while not stop.is_set():
            hits = opened.search("version of the ledger", k=200)
            seen = {int(re.findall(r"version (\d+)", h.passage.text)[0]) for h in hits}
            if len(hits) != 30 or min(seen) < latest:
                problems.append(f"{len(hits)} hits of versions {seen} after {latest}")
            latest = min(seen)

    threads = [threading.Thread(target=search) for _ in range(6)]
    for thread in threads:
        thread.start()
    for version in range(1, 6):
        ledgers(folder, version)
        sync([folder], index)
        assert {f"version {version}" in h.passage.text for h in opened.search("ledger version", k=30)} == {True}
    stop.set()
    for thread in threads:
        thread.join(30)
    assert problems == []
    opened.close()


def test_an_index_built_again_under_an_open_retriever_is_noticed(
    reports: Path, tmp_path: Path, hashed_words: HashedWords
) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    opened = Retriever.open(index, reader=None)
    assert opened.search("comet", k=1)
    shutil.rmtree(index)
    with pytest.raises(IndexMissing, match="deleted while it was open"):
        opened.search("comet")
    (reports / "comet.txt").unlink()
    (reports / "strike.txt").write_text("Strike\n\nTram drivers are on strike.")
    sync([reports], index)
    assert opened.search("strike of tram drivers", k=1)[0].passage.document_id == "strike.txt"
    assert "comet.txt" not in {h.passage.document_id for h in opened.search("comet", k=9)}
    opened.close()


def test_a_search_during_a_long_write_does_not_wait(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    opened = Retriever.open(index, reader=None)
    opened.search("comet")
    from index.sync import writing

    with writing(index) as writer, writer.transaction():
        begun = time.perf_counter()
        assert opened.search("comet", k=1)
        assert time.perf_counter() - begun < 5
    opened.close()

from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from index import Document, SourceError
from index.formats.contract import Format
from index.formats.guard import LIMITS, Limits, Worker, guarded
from index.formats.registry import read

ODD = """
import os, sys, time
from index.formats.contract import document

def hangs(path, name):
    time.sleep(60)
    yield

def crashes(path, name):
    os._exit(3)
    yield

def takes_all_memory(path, name):
    yield bytes(1 << 40)

def nests(path, name):
    yield from nests(path, name)

def raises(path, name):
    raise LookupError("no such thing")
    yield

def prints(path, name):
    print("noise", flush=True)
    print("noise", file=sys.stderr, flush=True)
    yield document(name, path.read_text())

def says_its_process(path, name):
    yield document(name, str(os.getpid()))
"""


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Readers that behave like broken libraries, in a module that a worker can import."""
    (tmp_path / "odd_readers.py").write_text(ODD)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("odd_readers")
    del sys.modules["odd_readers"]


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.odd"
    path.write_text("It rained.")
    return path


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        ("hangs", "more than 1 s"),
        ("crashes", "crashed"),
        ("takes_all_memory", "more memory than there is"),
        ("nests", "nested too deep"),
        ("raises", "not a readable Odd file: LookupError: no such thing"),
    ],
)
def test_what_breaks_a_library_is_a_reason_and_the_next_file_is_read(
    reader: str, reason: str, odd: ModuleType, worker: Worker, report: Path
) -> None:
    seconds = 1 if reader == "hangs" else 60
    with pytest.raises(SourceError, match=reason):
        worker.read(Format("Odd", (".odd",), getattr(odd, reader)), report, "report.odd", Limits(seconds=seconds))
    (found,) = worker.read(Format("Odd", (".odd",), odd.prints), report, "report.odd", LIMITS)
    assert isinstance(found, Document)
    assert found.text == "It rained."


@pytest.mark.parametrize(("reader", "reason"), [("nests", "nested too deep"), ("raises", "LookupError")])
def test_formats_read_in_this_process_give_a_reason_too(
    reader: str, reason: str, odd: ModuleType, report: Path
) -> None:
    with pytest.raises(SourceError, match=reason):
        list(guarded(Format("Odd", (".odd",), getattr(odd, reader)), report, "report.odd"))


def test_one_process_reads_all_files_of_all_threads(odd: ModuleType, worker: Worker, report: Path) -> None:
    format = Format("Odd", (".odd",), odd.says_its_process)
    seen: list[str] = []

    def ask() -> None:
        for n in range(20):
            (found,) = worker.read(format, report, f"{threading.get_ident()}-{n}", LIMITS)
            assert isinstance(found, Document)
            assert found.id == f"{threading.get_ident()}-{n}"
            seen.append(found.text)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 80
    assert len(set(seen)) == 1
    assert seen[0] != str(os.getpid())


def test_a_worker_that_was_killed_is_started_again(odd: ModuleType, worker: Worker, report: Path) -> None:
    format = Format("Odd", (".odd",), odd.says_its_process)

    def process() -> int:
        (found,) = worker.read(format, report, "report.odd", LIMITS)
        assert isinstance(found, Document)
        return int(found.text)

    first = process()
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    assert process() != first


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    """Even when that program is killed, or has no `if __name__ == "__main__"`."""
    (tmp_path / "a.md").write_text("It rained.")
    (tmp_path / "program.py").write_text(
        "import os, sys, pathlib\nfrom index.formats import guard\nfrom index.formats.registry import read\n"
        "print(next(read(pathlib.Path(sys.argv[1]), 'a.md')).text, guard._WORKER._process.pid, flush=True)\n"
        "sys.argv[2:] and os.kill(os.getpid(), 9)\n"
    )
    for how in ([], ["killed"]):
        done = subprocess.run(
            [sys.executable, "program.py", "a.md", *how],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            text=True,
        )
        text, _, worker = done.stdout.strip().rpartition(" ")
        assert text == "It rained."
        deadline = time.monotonic() + 10
        while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not Path(f"/proc/{worker}").exists()


def test_a_forked_child_starts_a_worker_of_its_own(tmp_path: Path) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    program = (
        "import os, pathlib\nfrom index.formats.registry import read\np = pathlib.Path('a.md')\n"
        "print(next(read(p, 'one')).id, flush=True)\nchild = os.fork()\n"
        "print(next(read(p, 'two')).id, flush=True)\nchild and os.waitpid(child, 0)\n"
    )
    (tmp_path / "a.md").write_text("It rained.")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["one", "two", "two"], done.stderr


def test_what_is_no_regular_file_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(SourceError, match="a folder"):
        list(read(tmp_path / "folder.txt", "folder.txt"))
    with pytest.raises(SourceError, match="No such file"):
        list(read(tmp_path / "nothing.txt", "nothing.txt"))
    if os.name != "posix":
        return
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.txt"))
        for name, reason in (("pipe", "FIFO"), ("zero", "device"), ("loop", "symbolic links"), ("s", "socket")):
            with pytest.raises(SourceError, match=reason):
                list(read(tmp_path / f"{name}.txt", f"{name}.txt"))


def test_a_file_that_is_read_whole_has_a_largest_size(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("It rained. " * 1000)
    (tmp_path / "long.jsonl").write_text('{"text": "It rained."}\n' * 1000)
    with pytest.raises(SourceError, match=r"up to 0 MB.*Limits\.max_bytes"):
        list(read(tmp_path / "long.txt", "long.txt", Limits(max_bytes=5000)))
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(1 << 40)  # takes no room on the disk
    with pytest.raises(SourceError, match="1,048,576 MB"):
        list(read(tmp_path / "huge.txt", "huge.txt"))
    assert len(list(read(tmp_path / "long.jsonl", "long.jsonl"))) == 1000

"""Reading a file that may be anything: what is refused before it is opened, how long and how much a library may
take, and that whatever it raises comes out as a SourceError with a reason.

Formats whose libraries can hang, crash or take all memory are read in a worker process, started once and used for
all files. One that takes too long is ended and another is started for the next file.
"""

from __future__ import annotations

import atexit
import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ..errors import SourceError
from .contract import Format, Read, Reader


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: `seconds` of reading (with the start of the worker, half a second, for the first) and
    `memory_bytes` of address space of the worker process (on Linux; 0 for no limit), both for isolated formats.
    `max_bytes`, where given, replaces the formats' own limits on the size of a file."""

    seconds: float = 300.0
    memory_bytes: int = 4 << 30
    max_bytes: int | None = None


LIMITS = Limits()
"""Measured on two cores: pypdf reads 330 plain pages a second, so that even pages fifty times as hard leave a book of
2,000 within 300 s; the worker takes 0.2 GB of address space, and a page of HTML twenty times its size on top."""

_KINDS = (
    (stat.S_ISDIR, "a folder, not a file"),
    (stat.S_ISFIFO, "a pipe (FIFO), not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)

_NO_MEMORY = "it needs more memory than there is"

# The worker imports this module by the paths of the process that starts it, and nothing of its __main__.
_SERVE = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from index.formats.guard import serve; serve()"


def guarded(format: Format, path: Path, name: str, limits: Limits = LIMITS) -> Iterator[Read]:
    """What `format` finds in the file at `path`, within `limits`. Raises SourceError and nothing else."""
    try:
        facts = path.stat()
    except (OSError, ValueError) as error:
        raise SourceError(_reason(error)) from error
    if not stat.S_ISREG(facts.st_mode):
        raise SourceError(next((kind for is_kind, kind in _KINDS if is_kind(facts.st_mode)), "not a regular file"))
    if facts.st_size == 0:
        raise SourceError("the file is empty")
    largest = limits.max_bytes or format.max_bytes
    if largest is not None and facts.st_size > largest:
        raise SourceError(
            f"the file has {_megabytes(facts.st_size)}; {format.label} is read whole, up to {_megabytes(largest)}: "
            "split it, or raise Limits.max_bytes"
        )
    if format.isolated:
        yield from _WORKER.read(format, path, name, limits)
        return
    found = False
    for item in _safely(format.label, format.read, path, name):
        found = True
        yield item
    if not found:
        raise SourceError("there is no text in it")


def _safely(label: str, read: Reader, path: Path, name: str) -> Iterator[Read]:
    """What `read` yields; whatever it raises becomes a SourceError."""
    try:
        yield from read(path, name)
    except SourceError:
        raise
    except Exception as error:
        reason = _reason(error)
        told = isinstance(error, OSError | MemoryError)
        raise SourceError(reason if told else f"not a readable {label} file: {reason}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return _NO_MEMORY
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {error}"[:300]


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MB"


class Worker:
    """The process that reads isolated formats, for all threads of this one: one file at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._memory = 0

    def read(self, format: Format, path: Path, name: str, limits: Limits) -> list[Read]:
        """All that `format` finds. Raises SourceError, also when the worker is stopped by the time or crashes."""
        with self._lock:
            process = self._running(limits.memory_bytes)
            questions, answers = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
            late = threading.Event()

            def end() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(limits.seconds, end)
            timer.daemon = True
            try:
                timer.start()
                _send(questions, (format.label, format.read, path.absolute(), name, limits.seconds))
                found, reason = pickle.load(answers)
            except (OSError, EOFError, pickle.UnpicklingError) as error:
                code = self._stopped()
                if late.is_set() or (os.name == "posix" and code == -signal.SIGALRM):
                    raise SourceError(f"reading it took more than {limits.seconds:g} s") from error
                raise SourceError(f"the {format.label} library crashed on it") from error
            except BaseException:  # Ctrl-C: the answer to this question must not be taken for the next one's
                self._stopped()
                raise
            finally:
                timer.cancel()
                timer.join()
                if late.is_set():  # perhaps only just
                    self._stopped()
            if reason == _NO_MEMORY:  # what it holds now may be too much for the next file as well
                self._stopped()
            if reason:
                raise SourceError(reason)
            return list(found)

    def stop(self) -> None:
        """Ends the process, if there is one, in the middle of a file if need be. The next file starts another."""
        if (process := self._process) is not None:
            process.kill()
        with self._lock:
            self._stopped()

    def forget(self) -> None:
        """In a forked child: the process belongs to the parent, whose thread may have held the lock."""
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for
            _INHERITED.append(self._process)
        self._lock, self._process = threading.Lock(), None

    def _running(self, memory: int) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or memory != self._memory):
            self._stopped()
        if self._process is None:
            places = json.dumps([str(Path(place).absolute()) for place in sys.path])
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _SERVE, places, str(memory)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is for the process that asks
                )
            except OSError as error:
                raise SourceError(f"the process that reads it cannot be started: {_reason(error)}") from error
            self._memory = memory
        return self._process

    def _stopped(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:  # what was not sent
                pass
        return code


_WORKER = Worker()
_INHERITED: list[subprocess.Popen[bytes]] = []
atexit.register(_WORKER.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WORKER.forget)


def serve() -> None:
    """The life of a worker: answers one file after the other until there is nobody left to ask."""
    _limit_memory(int(sys.argv[2]))
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not stand between the answers
    while True:
        try:
            label, read, path, name, seconds = pickle.load(questions)
        except EOFError:
            return
        # Should the asker be killed, nobody else would end a library that hangs.
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds + 1)
        found: list[Read] = []
        reason = ""
        try:
            found = list(_safely(label, read, path, name))
            reason = "" if found else "there is no text in it"
        except SourceError as error:
            reason = str(error) or "it cannot be read"
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        _send(answers, (found, reason))


def _send(pipe: IO[bytes], message: object) -> None:
    pickle.dump(message, pipe)
    pipe.flush()


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    if size and sys.platform == "linux":
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size if hard < 0 else min(size, hard), hard))

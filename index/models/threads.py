"""Work shared out among threads that each do their sums alone.

PyTorch spreads one operation over all cores and waits, after each, for the slowest of them: where another program has
one of the cores, every operation waits for its turn there, and idle threads spin meanwhile (docs/embedding-the-retriever.md).
Here every thread takes a batch of its own from a queue and never waits for the others within it, so a core that is
busy elsewhere costs its share of the work and no more.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_here = threading.local()
_starting = threading.Lock()
_M_ARENA_MAX = -8
"""The number of the parameter in glibc's malloc.h."""


def share_heaps() -> None:
    """For a process that runs long: its threads share two heaps from now on, where the C library lets that be set.

    glibc gives each thread a heap of its own (mallopt(3), M_ARENA_MAX), and what one of them has freed is of no use to the
    others: measured over the ingestion of 30,000 short files, 110 MB. A program of the user's decides this for itself."""
    with suppress(OSError, TypeError, AttributeError):  # another system has no such function
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def cores() -> int:
    """Processors that this process may use, at least 1."""
    allowed: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)  # Linux has it
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def count() -> int:
    """Threads that work is shared out among: one a core, fewer where PyTorch was told to use fewer."""
    import torch

    return max(1, min(cores(), torch.get_num_threads())) if not getattr(_here, "alone", False) else 1


def each(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """`work` of every item, in order. Called from within `work`, it goes on in the same thread."""
    if getattr(_here, "alone", False):
        return [work(item) for item in items]
    return list(_pool(os.getpid(), count()).map(work, items))


@lru_cache(maxsize=1)
def _pool(process: int, threads: int) -> ThreadPoolExecutor:
    """One pool a process: threads do not survive a fork, so a child makes its own."""
    import torch

    before = torch.get_num_threads()
    with _starting:
        pool = ThreadPoolExecutor(threads, "newsdesk-sums", initializer=_alone)
        meeting = threading.Barrier(threads)
        list(pool.map(lambda _: meeting.wait(), range(threads)))  # all have begun, so all have been set to one thread
        torch.set_num_threads(before)  # what a thread sets is also what later threads begin with
    return pool


def _alone() -> None:
    import torch

    torch.get_num_threads()  # a thread takes over the number of the process at its first question; after that, its own
    torch.set_num_threads(1)
    _here.alone = True

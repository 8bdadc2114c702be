"""Sources -> index: added, updated, moved, unchanged, removed, failed. The only writer of an index.

Reading and chunking run ahead of embedding, and writing behind it: a step is decided in one thread (`plan`), gets its
vectors in the caller's, and is carried out in a third, which also lets the next projection follow. What is committed
stays, whatever happens to the process; the next run does what is left.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty, Full, Queue
from types import FrameType
from typing import TypeVar

import numpy as np

from .errors import IndexMismatch, SourceError
from .models.embedding import PACKAGED_MODEL, Embedder
from .plan import Plan, SyncReport, absolute
from .store.folder import WritingLock, check_folder, connect_to_write, make_folder
from .store.following import Follower
from .store.register import Register
from .store.server import check_address
from .store.writing import PutDocument, Step, Writer

BATCH_PASSAGES = 512
"""Passages embedded and committed together: about two seconds of work that a power cut may cost."""
_STEPS_AHEAD = 64
"""Steps decided ahead of embedding: bounds memory, since each holds a document's text."""
_STEPS_TOGETHER = 2000
"""Steps committed together when there is little to embed in them."""
_BATCHES_BEHIND = 2
"""Batches that wait to be written."""
_MOVES_TOGETHER = 200
"""Files that were moved, copied or removed between two commits."""
Progress = Callable[[int, int, str], None]
"""Called with files looked at, files in all, and the name of the file at hand."""

_Item = TypeVar("_Item")


def sync(
    sources: Sequence[str | Path],
    index: str | Path,
    *,
    embedding_model: str | None = None,
    progress: Progress | None = None,
    wait: float = 0.0,
    follow_links: bool = False,
    confirm_removals: bool = False,
    store: str | None = None,
) -> SyncReport:
    """Brings the index in line with `sources` (files and folders) and says what changed.

    Files under an ingested folder that are gone are removed from the index, moved ones keep their passages. What cannot
    be read is reported and the rest goes on. `embedding_model` None means the index's own, or the packaged one; `wait`
    is how many seconds to wait for another writer. `store` names a Chroma server (`http://HOST:PORT`) that is searched
    from now on instead of the index's own Chroma folder, or "folder" for that again. Raises IndexMismatch, ModelError, IndexBusy, RemovalsToConfirm (when
    more than a fifth of a source is gone and `confirm_removals` is not set), IndexDamaged, or CorpusError.
    """
    with writing(Path(index), wait) as writer:
        _prepare(writer, embedding_model)
        if store is not None:
            put_store(writer, store)
        model = str(writer.state.fact("embedding_model"))
        lookups = connect_to_write(writer.index)
        try:
            plan = Plan(
                writer.index,
                writer,
                Register(lookups),
                follow_links=follow_links,
                confirm_removals=confirm_removals,
            )
            run = _Sync(writer, plan, model, progress or (lambda *_: None))
            return run.run(sources)
        finally:
            lookups.close()


def remove(sources: Sequence[str | Path], index: str | Path, *, wait: float = 0.0) -> SyncReport:
    """Takes ingested sources, which may be gone from the disk, out of the index. Raises SourceError for what was never
    ingested, before anything is changed."""
    check_folder(Path(index))
    with writing(Path(index), wait) as writer:
        writer.check_format()
        known = writer.register.source_numbers()
        wanted: dict[bytes, int] = {}
        for source in sources:
            key = os.fsencode(absolute(Path(source).expanduser()))
            if key not in known:
                held = ", ".join(sorted(os.fsdecode(p) for p in known)[:10]) or "none"
                raise SourceError(f"{source} was never ingested. The sources of this index: {held}.")
            wanted[key] = known[key][0]
        plan = Plan(writer.index, writer, writer.register)
        run = _Sync(writer, plan, str(writer.state.fact("embedding_model")), lambda *_: None)
        for number in wanted.values():
            files = writer.register.files_of(number).values()
            run.carry_out_each(list(plan.without(f, writer.register)) for f in files)
            writer.drop_source(number)
        try:
            run.projection.bring_up_to_date()
        finally:
            run.projection.close()
        return plan.report


@contextmanager
def writing(index: Path, wait: float = 0.0) -> Iterator[Writer]:
    """The one writer of an index, which is made when there is none. Raises IndexBusy, CorpusError."""
    make_folder(index)
    with WritingLock(index, wait):
        writer = Writer(index)
        try:
            yield writer
            writer.checkpoint()
        finally:
            writer.close()


def _prepare(writer: Writer, embedding_model: str | None) -> None:
    """Makes the index when it is new, and only then loads the model: a run that finds nothing new never needs it."""
    if writer.is_empty:
        if (writer.index / "chroma.sqlite3").is_file():
            raise IndexMismatch(
                f"The index at {writer.index} was built by an older version. Delete the folder and run `newsdesk ingest` again."
            )
        embedder = Embedder.open(embedding_model or PACKAGED_MODEL)
        writer.create(embedder.name, embedder.dimension)
        return
    writer.check_format()
    built_with = str(writer.state.fact("embedding_model"))
    if embedding_model not in (None, built_with):
        raise mismatch(writer.index, built_with, str(embedding_model))


def put_store(writer: Writer, store: str) -> None:
    """Chooses where the projection is kept. Raises CorpusError for what is neither "folder" nor an address."""
    wanted = None if store == "folder" else store
    if wanted is not None:
        check_address(wanted)
    if wanted != writer.state.fact("store"):
        writer.put_store(wanted)


def mismatch(index: Path, built_with: str, wanted: str) -> IndexMismatch:
    """The error for another embedding model than the index has, saying how to re-index."""
    return IndexMismatch(
        f"The index was built with the embedding model {built_with!r}, but {wanted!r} was asked for. Use "
        f"--embedding-model {built_with}, or re-index: delete the folder {index} and run `newsdesk ingest` again with "
        f"--embedding-model {wanted}."
    )


class _Stopped(Exception):
    """Another thread has failed, or the user wants to stop."""


class _Sync:
    """One run: a plan, its steps prepared and carried out."""

    def __init__(self, writer: Writer, plan: Plan, embedding_model: str, progress: Progress) -> None:
        self.writer, self.plan, self.embedding_model, self.progress = writer, plan, embedding_model, progress
        self.projection = Follower(writer)

    def run(self, sources: Sequence[str | Path]) -> SyncReport:
        """Raises KeyboardInterrupt after the documents at hand are finished; when asked a second time, at once."""
        with _until_told_twice() as told:
            try:
                self.plan.scan(sources)
                self._take_in_new(told)
                if not told.is_set():
                    self.carry_out_each(self.plan.moved_and_copied())
                    self.carry_out_each(self.plan.gone())
                    self.plan.finish()
                    self.progress(self.plan.total, self.plan.total, "")
                self.projection.bring_up_to_date()
            finally:
                self.projection.close()
            if told.is_set():
                raise KeyboardInterrupt
        return self.plan.report

    # --- the three threads ---------------------------------------------------------------------------------------

    def _take_in_new(self, told: threading.Event) -> None:
        """Decides, embeds and writes in three threads, until all is done or `told` to stop."""
        decided: Queue[Step | BaseException | None] = Queue(_STEPS_AHEAD)
        prepared: Queue[list[Step] | None] = Queue(_BATCHES_BEHIND)
        stop, failures = threading.Event(), list[BaseException]()

        def decide() -> None:
            try:
                for step in self.plan.new_and_changed():
                    _put(decided, step, stop)
                _put(decided, None, stop)
            except _Stopped:
                pass
            except BaseException as error:
                _put_whatever(decided, error, stop)

        def write() -> None:
            try:
                while (steps := prepared.get()) is not None:
                    self._carry_out(steps)
                    self.plan.committed += len(steps)
            except BaseException as error:
                failures.append(error)
                stop.set()

        deciding, writing_ = threading.Thread(target=decide, daemon=True), threading.Thread(target=write, daemon=True)
        deciding.start()
        writing_.start()
        try:
            for steps in self._batches(decided, stop, told):
                _put(prepared, self._embedded(steps), stop)
        except _Stopped:
            pass
        finally:
            _put_whatever(prepared, None, stop)
            writing_.join()
            stop.set()
            deciding.join()
        if failures:
            raise failures[0]

    def _batches(
        self, decided: Queue[Step | BaseException | None], stop: threading.Event, told: threading.Event
    ) -> Iterator[list[Step]]:
        """Steps in the order they were decided, as many together as are worth embedding at once."""
        steps: list[Step] = []
        waiting = 0
        while not stop.is_set() and not told.is_set():
            self.progress(self.plan.looked, self.plan.total, self.plan.at_hand)
            try:
                step = decided.get(timeout=0.1)
            except Empty:
                continue
            if isinstance(step, BaseException):
                raise step
            if step is None:
                break
            steps.append(step)
            waiting += len(step.passages) if isinstance(step, PutDocument) else 0
            if waiting >= BATCH_PASSAGES or len(steps) >= _STEPS_TOGETHER:
                yield steps
                steps, waiting = [], 0
        if steps:
            yield steps

    def _embedded(self, steps: Sequence[Step]) -> list[Step]:
        """The steps with the vectors of their passages."""
        puts = [s for s in steps if isinstance(s, PutDocument)]
        texts = [p.searchable for s in puts for p in s.passages]
        vectors = Embedder.open(self.embedding_model).encode(texts) if texts else np.zeros((0, 0), dtype=np.float32)
        done: list[Step] = []
        position = 0
        for step in steps:
            if isinstance(step, PutDocument):
                end = position + len(step.passages)
                done.append(replace(step, vectors=vectors[position:end]))
                position = end
            else:
                done.append(step)
        return done

    def _carry_out(self, steps: Sequence[Step]) -> None:
        self.writer.carry_out(steps)
        if any(isinstance(s, PutDocument) for s in steps):
            self.projection.follow()

    def carry_out_each(self, groups: Iterator[list[Step]]) -> None:
        """Groups of steps of which each is decided on what the ones before it left, some to a commit."""
        with_steps = iter(groups)
        over = False
        while not over:
            with self.writer.transaction():
                for _ in range(_MOVES_TOGETHER):
                    steps = next(with_steps, None)
                    if steps is None:
                        over = True
                        break
                    self.writer.carry_out_within(self._embedded(steps))


@contextmanager
def _until_told_twice() -> Iterator[threading.Event]:
    """Within the block, the first Ctrl-C sets the event and the second one interrupts (in the main thread, which alone
    hears it)."""
    told = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield told
        return

    def handler(number: int, frame: FrameType | None) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        told.set()

    before = signal.signal(signal.SIGINT, handler)
    try:
        yield told
    finally:
        signal.signal(signal.SIGINT, before)


def _put(queue: Queue[_Item], item: _Item, stop: threading.Event) -> None:
    """Waits for room in a queue for as long as the run goes on. Raises _Stopped."""
    while not stop.is_set():
        try:
            queue.put(item, timeout=0.1)
            return
        except Full:
            continue
    raise _Stopped


def _put_whatever(queue: Queue[_Item], item: _Item, stop: threading.Event) -> None:
    """The same for a last word, which nobody may be left to hear."""
    try:
        _put(queue, item, stop)
    except _Stopped:
        pass

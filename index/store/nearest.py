"""Search by meaning: the published projection for what it holds, an exact comparison for what came since.

A reader keeps a `_View`: a projection that is open and, in memory, the vectors of passages with higher numbers. A commit
elsewhere costs it the reading of the new vectors and nothing else; when a new projection was published it moves to that
one, in the background where opening takes long. What the truth of the moment does not hold is never returned.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock, Thread

import numpy as np

from .catalogue import Catalogue, Numbers, Projection, Snapshot, Vectors, exact_nearest
from .selection import Selection
from .server import open_on_server
from .vectors import OpenProjection, ProjectionUnusable

EXACT_BELOW = 20_000
"""Selected passages up to which a filtered search compares with every one: about 30 ms on two cores, and exact."""
_OPENED_AT_ONCE = 50_000
"""Passages up to which a new projection is opened before the search goes on: a few tenths of a second."""
_PAGE = 50_000
"""Vectors read at a time."""

log = logging.getLogger("newsdesk.index")


@dataclass(frozen=True, slots=True)
class _View:
    """What a reader has at hand: every passage up to `seen`, in the projection or in memory. `opened` None: no
    projection could be used, and all vectors are in memory."""

    opened: OpenProjection | None
    version: str | None
    seen: int
    numbers: Numbers
    vectors: Vectors


class NearestPassages:
    """The vector search of one open index. Safe to share between threads."""

    def __init__(self, index: Path, catalogue: Catalogue) -> None:
        self._index, self._catalogue = index, catalogue
        self._lock = RLock()
        self._view: _View | None = None
        self._moving: Thread | None = None
        self._retired: list[OpenProjection] = []
        self.problem = ""
        """Why the projection is not used, in words; empty when it is."""

    def nearest(
        self, state: Snapshot, vector: Vectors, n: int, among: Selection | None = None
    ) -> list[tuple[int, float]]:
        """The `n` passages of this state (and of the selected documents) nearest to a unit vector of shape (dimension,):
        number and cosine, nearest first."""
        if among is not None and len(state.selected(among, EXACT_BELOW + 1)) <= EXACT_BELOW:
            return state.nearest(vector, n, among)
        view = self._current(state)
        wanted = n
        while True:
            found, exhausted = self._candidates(view, vector, wanted)
            living = state.living([number for number, _ in found], among)
            kept = [hit for hit in found if hit[0] in living][:n]
            if len(kept) == n or exhausted:
                return kept
            wanted *= 4  # some were deleted, or are not selected

    def _candidates(self, view: _View, vector: Vectors, wanted: int) -> tuple[list[tuple[int, float]], bool]:
        """The best of projection and memory together; True when there are no more."""
        found = exact_nearest(vector, view.numbers, view.vectors, wanted)
        exhausted = wanted >= len(view.numbers)
        if view.opened is not None:
            try:
                found += view.opened.nearest(vector, wanted)
            except ProjectionUnusable as error:
                return self._candidates(self._without_projection(view, str(error)), vector, wanted)
            exhausted = exhausted and wanted >= view.opened.projection.passages
        found.sort(key=lambda hit: (-hit[1], hit[0]))
        return found, exhausted

    def _current(self, state: Snapshot) -> _View:
        """A view that knows every passage of this state."""
        with self._lock:
            view = self._view or self._opened(state)
            published = state.projection
            if (
                published is not None
                and published.version != view.version
                and not (self._moving and self._moving.is_alive())
            ):
                if published.passages <= _OPENED_AT_ONCE or published.on_server or view.version is None:
                    view = self._opened(state)
                else:
                    self._moving = Thread(target=self._move, daemon=True)
                    self._moving.start()
            self._view = view = self._grown(view, state)
            return view

    def _opened(self, state: Snapshot) -> _View:
        """The published projection, or what does without it."""
        published = state.projection
        empty = np.zeros(0, dtype=np.int64), np.zeros((0, int(state.fact("dimension"))), dtype=np.float32)
        try:
            opened = self._open(published, state)
        except ProjectionUnusable as error:
            if published is not None and self._superseded(published.version):
                with self._catalogue.snapshot() as newer:
                    return self._opened(newer)
            if self.problem != str(error):
                log.warning("%s Until then all vectors are compared.", error)
            self.problem = str(error)
            # The version is kept, so that a projection that cannot be used is not tried again at each search.
            return _View(None, published.version if published else None, 0, *empty)
        self.problem = ""
        self._retire()
        return _View(opened, published.version if published else None, published.upto if published else 0, *empty)

    def _open(self, published: Projection | None, state: Snapshot) -> OpenProjection | None:
        if published is not None and published.on_server:
            return open_on_server(published, state)
        return OpenProjection.open(self._index, state)

    def _superseded(self, version: str) -> bool:
        """Whether another projection was published since: then this one was removed, and is not broken."""
        with self._catalogue.snapshot() as state:
            published = state.projection
        return published is not None and published.version != version

    def _grown(self, view: _View, state: Snapshot) -> _View:
        """The view with the vectors of passages that came since."""
        numbers, vectors = [view.numbers], [view.vectors]
        seen = view.seen
        while True:
            more, their = state.vectors_after(seen, _PAGE)
            if not len(more):
                break
            numbers.append(more)
            vectors.append(their)
            seen = int(more[-1])
        if seen == view.seen:
            return view
        return replace(view, seen=seen, numbers=np.concatenate(numbers), vectors=np.concatenate(vectors))

    def _move(self) -> None:
        """Opens the newly published projection while searches go on with the one before."""
        with self._catalogue.snapshot() as state:
            view = self._grown(self._opened(state), state)
        with self._lock:
            self._view = view

    def _without_projection(self, view: _View, why: str) -> _View:
        """All vectors in memory, after the projection failed in use."""
        with self._lock:
            self.problem = why
            log.warning("%s Until then all vectors are compared.", why)
            with self._catalogue.snapshot() as state:
                empty = np.zeros(0, dtype=np.int64), np.zeros((0, int(state.fact("dimension"))), dtype=np.float32)
                self._view = self._grown(_View(None, view.version, 0, *empty), state)
            return self._view

    def _retire(self) -> None:
        """Keeps a projection that was moved away from until the end: a search in another thread may be using it."""
        if self._view is not None and self._view.opened is not None:
            self._retired.append(self._view.opened)
            while len(self._retired) > 2:  # by then no search that began with it is left
                self._retired.pop(0).close()

    def close(self) -> None:
        with self._lock:
            for opened in self._retired:
                opened.close()
            if self._view is not None and self._view.opened is not None:
                self._view.opened.close()
            self._view, self._retired = None, []

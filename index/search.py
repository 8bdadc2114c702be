"""Retriever.search: dense and keyword search in one snapshot, fused, then reranked by a reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from .documents import Document, Hit, Passage
from .filters import Filters
from .language.spelling import doubtful
from .models.embedding import Embedder
from .reading.reader import Reader
from .reading.scores import READER_WEIGHT, Reranker
from .recency import newer_first
from .store.catalogue import Catalogue, Counts, Projection, Snapshot, Source
from .store.folder import projection_path
from .store.nearest import NearestPassages
from .sync import mismatch

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

T = TypeVar("T")

DEPTH = 60
"""How many passages each of the two searches contributes to the fusion."""
CANDIDATES = 20
"""How many fused passages the reader looks at."""
KEYWORD_WEIGHT = 0.5
"""Share of the keyword score in the fused score, chosen on development questions (docs/choices.md)."""


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What an index holds and what it was built with. `vector_index` is the Chroma folder that is searched, "" when there
    is none yet; `problem` says why it is not used, when it is not."""

    path: str
    documents: int
    passages: int
    characters: int
    earliest: str | None
    latest: str | None
    embedding_model: str
    dimension: int
    vector_index: str
    problem: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """How many documents there are of a kind, and the first of them, each with its first passage."""

    count: int
    documents: tuple[tuple[Document, Passage], ...]


@dataclass(slots=True)
class _Opened:
    """One state of affairs at the index's place; another one is opened when the index was deleted and built again."""

    catalogue: Catalogue
    nearest: NearestPassages
    model: str
    dimension: int

    def close(self) -> None:
        self.nearest.close()
        self.catalogue.close()


class Retriever:
    """Finds passages. Safe to share between threads; a commit by another process is found by the next search.

    The embedding model and the reader are loaded by the first search, so that what needs neither costs neither."""

    def __init__(self, path: Path, embedding_model: str | None, reader: Reranker | str | None) -> None:
        self.path = path
        self._wanted_model, self._reader = embedding_model, reader
        self._lock = RLock()
        self._opened = self._open()

    @staticmethod
    def open(
        path: str | Path, *, embedding_model: str | None = None, reader: Reranker | str | None = "default"
    ) -> Retriever:
        """Opens the index at `path`.

        `reader` reranks: a `Reader` or anything that can, the name or path of a reader, or None for the fused order alone.
        Raises IndexMissing, IndexMismatch (another `embedding_model` than the index has), IndexDamaged; a search raises
        ModelError and ReaderError when it loads them.
        """
        return Retriever(Path(path), embedding_model, reader)

    def _open(self) -> _Opened:
        catalogue = Catalogue(self.path)
        try:
            with catalogue.snapshot() as state:
                model, dimension = str(state.fact("embedding_model")), int(state.fact("dimension"))
            if self._wanted_model not in (None, model):
                raise mismatch(self.path, model, str(self._wanted_model))
        except BaseException:
            catalogue.close()
            raise
        return _Opened(catalogue, NearestPassages(self.path, catalogue), model, dimension)

    @property
    def embedder(self) -> Embedder:
        """The model the index was built with, loaded once a process. Raises ModelError."""
        return Embedder.open(self._opened.model)

    @property
    def reader(self) -> Reranker | None:
        """What reranks, loaded when it is first needed. Raises ReaderError."""
        if isinstance(self._reader, str):
            self._reader = Reader.open(self._reader)
        return self._reader

    def search(
        self, query: str, k: int = 5, *, rerank: bool = True, filters: Filters | None = None, recent: bool = True
    ) -> list[Hit]:
        """The `k` best passages, best first, of the documents that `filters` allow. An empty query finds nothing.

        With `recent` the newer of passages that match about as well comes first (`recency.py`), seen from the day
        `filters.as_of` or that of the newest document, unless the query names a time that lies back ("in 2019")."""
        if k < 1 or not query.strip():
            return []
        hits = fuse(*self.rankings(query, max(DEPTH, k), filters))
        if recent and (latest := self.counts().latest) is not None:
            newest = date.fromisoformat(latest)
            hits = newer_first(query, hits, min(newest, filters.as_of) if filters and filters.as_of else newest)
        return (self.rerank(query, hits) if rerank else hits)[:k]

    def rankings(
        self, query: str, depth: int, filters: Filters | None = None
    ) -> tuple[list[tuple[Passage, float]], list[tuple[Passage, float]]]:
        """The `depth` best passages by meaning (with cosines) and by words (with BM25 scores), best first, of one state of
        the index."""
        vector = self.embedder.encode([query])[0]
        opened = self._current()
        with opened.catalogue.snapshot() as state:
            among = state.select(filters) if filters and not _allows_all(filters, state.counts().latest) else None
            dense = opened.nearest.nearest(state, vector, depth, among)
            keyword = state.matching_words(query, depth, among)
            passages = state.passages(list(dict.fromkeys(number for number, _ in (*dense, *keyword))))
        return [(passages[n], s) for n, s in dense], [(passages[n], s) for n, s in keyword]

    def rerank(self, query: str, hits: list[Hit], reader_weight: float = READER_WEIGHT) -> list[Hit]:
        """`hits` in the order of a mix of the reader's relevance and the fused score, for the first `CANDIDATES`.

        What the reader did not look at stays behind what it looked at. Without a reader nothing changes."""
        if self.reader is None or not hits:
            return hits
        head, rest = hits[:CANDIDATES], hits[CANDIDATES:]
        reranked = self.reader.rerank(query, head, reader_weight).hits
        return [*reranked, *(replace(h, score=min(h.score, reranked[-1].score)) for h in rest)]

    def document(self, document_id: str) -> Document:
        """By its id, or by one it had before it was moved. Raises UnknownDocument."""
        return self._read(lambda state: state.document(document_id))

    def documents(self, limit: int = -1) -> list[Document]:
        """The newest documents, at most `limit` (all when negative)."""
        return self._read(lambda state: state.documents(limit))

    def spellings(self, question: str) -> dict[str, str]:
        """For words of a question that stand nowhere in the index, and may be misspelt, a word of near spelling that does."""
        with self._current().catalogue.snapshot() as state:
            found = {word: state.spelt_otherwise(word) for word in doubtful(question)}
        return {word: other for word, other in found.items() if other is not None}

    def listing(
        self, filters: Filters | None = None, topic: str = "", *, limit: int = 20, oldest_first: bool = False
    ) -> Listing:
        """What the catalogue says of the documents that `filters` allow and that speak of `topic`."""
        with self._current().catalogue.snapshot() as state:
            among = state.select(filters or Filters())
            among = state.about(topic, among) if topic else among
            documents = state.documents(limit, among, oldest_first=oldest_first)
            openings = state.openings([d.id for d in documents])
            return Listing(state.count(among), tuple((d, openings[d.id]) for d in documents if d.id in openings))

    def places(self, document_id: str) -> list[str]:
        """The files that a document is at: more than one for copies."""
        return self._read(lambda state: state.places(document_id))

    def counts(self) -> Counts:
        """How much the index holds now; costs the same for any size."""
        return self._read(lambda state: state.counts())

    def revision(self) -> tuple[str, int]:
        """Changes whenever the documents do: the identity of the index and a number that grows with every commit."""
        opened = self._current()
        with opened.catalogue.snapshot() as state:
            return opened.catalogue.identity, state.revision

    def facts(self) -> IndexFacts:
        """What the index holds now, its sources among it."""
        opened = self._current()
        with opened.catalogue.snapshot() as state:
            held, projection, sources = state.counts(), state.projection, tuple(state.sources())
        return IndexFacts(
            path=str(self.path),
            documents=held.documents,
            passages=held.passages,
            characters=held.characters,
            earliest=held.earliest,
            latest=held.latest,
            embedding_model=opened.model,
            dimension=opened.dimension,
            vector_index=_place(self.path, projection),
            problem=opened.nearest.problem,
            sources=sources,
        )

    def as_llamaindex(self, k: int = 5, **options: Any) -> BaseRetriever:
        """This retriever as a LlamaIndex `BaseRetriever`."""
        from .llamaindex import NewsdeskRetriever

        return NewsdeskRetriever(self, k=k, **options)

    def close(self) -> None:
        with self._lock:
            self._opened.close()

    def _read(self, what: Callable[[Snapshot], T]) -> T:
        with self._current().catalogue.snapshot() as state:
            return what(state)

    def _current(self) -> _Opened:
        """What is open, opened again when another index is at this place now. Raises IndexMissing when none is."""
        with self._lock:
            if self._opened.catalogue.replaced():
                before, self._opened = self._opened, self._open()
                before.close()
            return self._opened


def _allows_all(filters: Filters, latest: str | None) -> bool:
    """Whether nothing in the index is later than the day that alone is asked for, as of today mostly."""
    later = filters.as_of is None or (latest is not None and latest > filters.as_of.isoformat())
    return not later and filters == Filters(as_of=filters.as_of)


def _place(index: Path, projection: Projection | None) -> str:
    """Where a projection is, "" when there is none."""
    if projection is None or projection.on_server:
        return projection.name if projection is not None else ""
    return str(projection_path(index, projection.name))


def fuse(
    dense: list[tuple[Passage, float]], keyword: list[tuple[Passage, float]], keyword_weight: float = KEYWORD_WEIGHT
) -> list[Hit]:
    """A convex combination of the two scores, each scaled so that its best is 1 and nothing found is 0.

    Bruch, Gai and Ingber (2023), "An Analysis of Fusion Functions for Hybrid Retrieval", find such a
    combination more accurate than reciprocal rank fusion once its one weight is chosen on a few
    questions; our own measurement (docs/choices.md) agrees. Dense cosine below 0 counts as 0.

    >>> p = [Passage(t, t, 0, 1) for t in "abc"]
    >>> [h.passage.text for h in fuse([(p[0], 0.8), (p[1], 0.7)], [(p[1], 9.0), (p[2], 1.0)])]
    ['b', 'a', 'c']
    """
    found: dict[str, Hit] = {}
    for name, weight, results in (("dense", 1 - keyword_weight, dense), ("keyword", keyword_weight, keyword)):
        best = max((score for _, score in results), default=0.0)
        for rank, (passage, score) in enumerate(results, 1):
            scaled = max(score, 0.0) / best if best > 0 else 0.0
            hit = found.get(passage.id) or Hit(passage, 0.0)
            found[passage.id] = Hit(passage, hit.score + weight * scaled, {**hit.ranks, name: rank})
    return sorted(found.values(), key=lambda h: (-h.score, h.passage.id))

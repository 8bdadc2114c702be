"""Retriever.search: dense and keyword search, fused, then reranked by the reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from .documents import Document, Hit, Passage
from .errors import IndexMissing
from .models.embedding import Embedder
from .reading.reader import Reader
from .reading.scores import READER_WEIGHT
from .store.catalogue import Catalogue, CatalogueFacts
from .store.vectors import PassageStore, StoreFacts
from .store.words import KeywordIndex
from .sync import catalogue_path, keyword_path

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

DEPTH = 60
"""How many passages each of the two searches contributes to the fusion."""
CANDIDATES = 20
"""How many fused passages the reader looks at."""
KEYWORD_WEIGHT = 0.5
"""Share of the keyword score in the fused score, chosen on development questions (docs/choices.md)."""


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What an index holds and what it was built with."""

    path: str
    documents: int
    passages: int
    characters: int
    earliest: str | None
    latest: str | None
    embedding_model: str
    dimension: int


class Retriever:
    """Finds passages. Safe to share between threads; notices when another process has written."""

    def __init__(
        self,
        path: Path,
        store: PassageStore,
        catalogue: Catalogue,
        keyword: KeywordIndex,
        embedder: Embedder,
        reader: Reader | None,
    ) -> None:
        self.path, self.embedder, self.reader = path, embedder, reader
        self._store, self._catalogue, self._keyword = store, catalogue, keyword
        self._lock = RLock()

    @staticmethod
    def open(
        path: str | Path, *, embedding_model: str | None = None, reader: Reader | str | None = "default"
    ) -> Retriever:
        """Opens the index at `path` with the model it was built with.

        `reader` reranks: a `Reader`, the name or path of one, or None for the fused order alone.
        Raises IndexMissing, IndexMismatch (another `embedding_model` than the index has), ModelError.
        """
        path = Path(path)
        store = PassageStore.open(path)
        try:
            facts = store.facts()
            if not catalogue_path(path).is_file():
                raise IndexMissing(
                    f"The index at {path} has lost documents.sqlite3. Delete the folder and ingest again."
                )
            embedder = Embedder.open(embedding_model or facts.embedding_model)
            store.check(embedder.name, embedder.dimension)
            if isinstance(reader, str):
                reader = Reader.open(reader)
        except Exception:
            store.close()
            raise
        return Retriever(
            path, store, Catalogue(catalogue_path(path)), KeywordIndex(keyword_path(path)), embedder, reader
        )

    def search(self, query: str, k: int = 5, *, rerank: bool = True) -> list[Hit]:
        """The `k` best passages, best first. An empty query finds nothing."""
        if k < 1 or not query.strip():
            return []
        hits = self._fused(query, max(DEPTH, k))
        return (self.rerank(query, hits) if rerank else hits)[:k]

    def _fused(self, query: str, depth: int) -> list[Hit]:
        self._refresh()
        dense = self._store.nearest(self.embedder.encode([query])[0], depth)
        keyword = self._keyword.search(query, depth)
        return fuse(dense, keyword)

    def rerank(self, query: str, hits: list[Hit], reader_weight: float = READER_WEIGHT) -> list[Hit]:
        """`hits` in the order of a mix of the reader's relevance and the fused score, for the first `CANDIDATES`.

        What the reader did not look at stays behind what it looked at. Without a reader nothing changes."""
        if self.reader is None or not hits:
            return hits
        head, rest = hits[:CANDIDATES], hits[CANDIDATES:]
        reranked = self.reader.rerank(query, head, reader_weight).hits
        return [*reranked, *(replace(h, score=min(h.score, reranked[-1].score)) for h in rest)]

    def document(self, document_id: str) -> Document:
        """Raises UnknownDocument."""
        return self._catalogue.document(document_id)

    def documents(self, limit: int = -1) -> list[Document]:
        """The newest documents, at most `limit` (all when negative)."""
        return self._catalogue.documents(limit)

    def facts(self) -> IndexFacts:
        """What the index holds now."""
        self._refresh()
        held: CatalogueFacts = self._catalogue.facts()
        built: StoreFacts = self._store.facts()
        return IndexFacts(
            path=str(self.path),
            documents=held.documents,
            passages=self._store.count(),
            characters=held.characters,
            earliest=held.earliest,
            latest=held.latest,
            embedding_model=built.embedding_model,
            dimension=built.dimension,
        )

    def as_llamaindex(self, k: int = 5, **options: Any) -> BaseRetriever:
        """This retriever as a LlamaIndex `BaseRetriever`."""
        from .llamaindex import NewsdeskRetriever

        return NewsdeskRetriever(self, k=k, **options)

    def close(self) -> None:
        self._keyword.close()
        self._catalogue.close()
        self._store.close()

    def _refresh(self) -> None:
        with self._lock:
            generation = self._store.refresh()
            if self._keyword.generation() != generation:
                self._keyword.rebuild(self._store.all_passages(), generation)


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

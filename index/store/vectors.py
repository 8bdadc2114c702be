"""Chroma: the only truth about passages and vectors. The only file that knows that library.

One collection, `passages`, in the index folder itself, so that any Chroma or LlamaIndex program can
read it. Its metadata remembers the embedding model, the dimension, the format of our passages and a
generation number that changes before every round of writes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from ..documents import Passage
from ..errors import IndexMismatch, IndexMissing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

COLLECTION = "passages"
FORMAT = 1
"""Raised when passages are cut or stored differently: an index of another format must be built again."""
_PAGE = 2000  # Chroma's SQLite refuses very long parameter lists


@dataclass(frozen=True, slots=True)
class StoreFacts:
    embedding_model: str
    dimension: int
    format: int
    generation: int


class PassageStore:
    """Passages with their vectors in a Chroma folder. Safe to call from several threads of one process."""

    def __init__(self, path: Path, client: Any, collection: Any) -> None:
        self.path, self._client, self._collection = path, client, collection
        self._lock = RLock()
        self._generation = self.facts().generation

    @staticmethod
    def create(path: Path, embedding_model: str, dimension: int) -> PassageStore:
        """Opens the store at `path`, or makes it. Raises IndexMismatch when it holds another model's vectors."""
        path.mkdir(parents=True, exist_ok=True)
        client = _client(path)
        collection = client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}},
            metadata={
                "embedding_model": embedding_model,
                "dimension": dimension,
                "format": FORMAT,
                "generation": 0,
            },
        )
        store = PassageStore(path, client, collection)
        store.check(embedding_model, dimension)
        return store

    @staticmethod
    def open(path: Path) -> PassageStore:
        """Opens an existing store. Raises IndexMissing when there is none."""
        if not (path / "chroma.sqlite3").is_file():
            raise IndexMissing(f"There is no index at {path}. Build one with `newsdesk ingest FOLDER --index {path}`.")
        from chromadb.errors import NotFoundError

        client = _client(path)
        try:
            collection = client.get_collection(COLLECTION, embedding_function=None)
        except NotFoundError as error:
            client.close()
            raise IndexMissing(
                f"{path} holds a Chroma database without our collection {COLLECTION!r}. "
                f"Build an index with `newsdesk ingest FOLDER --index {path}`."
            ) from error
        return PassageStore(path, client, collection)

    def check(self, embedding_model: str, dimension: int | None = None) -> None:
        """Raises IndexMismatch, saying how to re-index, when this index was built otherwise. Without a
        `dimension` only the model's name is compared."""
        facts = self.facts()
        again = f"Delete the folder {self.path} and run `newsdesk ingest` again"
        if facts.format != FORMAT:
            raise IndexMismatch(f"The index has format {facts.format}, this version needs {FORMAT}. {again}.")
        if facts.embedding_model != embedding_model or dimension not in (None, facts.dimension):
            raise IndexMismatch(
                f"The index was built with the embedding model {facts.embedding_model!r} ({facts.dimension} "
                f"dimensions), but {embedding_model!r} was asked for. Use --embedding-model "
                f"{facts.embedding_model}, or re-index: {again} with --embedding-model {embedding_model}."
            )

    def facts(self) -> StoreFacts:
        """What the index is, read fresh from disk."""
        with self._lock:
            found = self._client.get_collection(COLLECTION, embedding_function=None).metadata or {}
        return StoreFacts(
            embedding_model=str(found.get("embedding_model", "")),
            dimension=int(found.get("dimension", 0)),
            format=int(found.get("format", 0)),
            generation=int(found.get("generation", 0)),
        )

    def begin_writes(self) -> int:
        """Marks everything derived from this store as out of date; returns the new generation."""
        with self._lock:
            facts = self.facts()
            self._generation = facts.generation + 1
            self._collection.modify(
                metadata={
                    "embedding_model": facts.embedding_model,
                    "dimension": facts.dimension,
                    "format": facts.format,
                    "generation": self._generation,
                }
            )
            return self._generation

    def refresh(self) -> int:
        """Reopens when another process has written (embedded Chroma keeps a stale vector index); returns the generation."""
        with self._lock:
            current = self.facts().generation
            if current != self._generation:
                self._client.close()
                self._client = _client(self.path)
                self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
                self._generation = current
            return current

    def add(self, passages: Sequence[Passage], vectors: npt.NDArray[np.float32]) -> None:
        """Stores passages with unit vectors of shape (len(passages), dimension)."""
        with self._lock:
            for start in range(0, len(passages), _PAGE):
                part = passages[start : start + _PAGE]
                self._collection.upsert(
                    ids=[p.id for p in part],
                    embeddings=vectors[start : start + _PAGE],
                    documents=[p.text for p in part],
                    metadatas=[_metadata(p) for p in part],
                )

    def delete_documents(self, document_ids: Sequence[str]) -> None:
        """Removes every passage of the documents."""
        with self._lock:
            for start in range(0, len(document_ids), 200):
                self._collection.delete(where={"document_id": {"$in": list(document_ids[start : start + 200])}})

    def nearest(self, vector: npt.NDArray[np.float32], n: int) -> list[tuple[Passage, float]]:
        """The `n` nearest passages with their cosine similarity, nearest first."""
        with self._lock:
            held = self._collection.count()
            if not held:
                return []
            found = self._collection.query(
                query_embeddings=[vector], n_results=min(n, held), include=["documents", "metadatas", "distances"]
            )
        return [
            (_passage(text, facts), 1.0 - float(distance))
            for text, facts, distance in zip(
                found["documents"][0], found["metadatas"][0], found["distances"][0], strict=True
            )
        ]

    def all_passages(self) -> Iterator[list[Passage]]:
        """Every passage, in pages."""
        start = 0
        while True:
            with self._lock:
                page = self._collection.get(include=["documents", "metadatas"], limit=_PAGE, offset=start)
            if not page["ids"]:
                return
            yield [_passage(t, f) for t, f in zip(page["documents"], page["metadatas"], strict=True)]
            start += len(page["ids"])

    def count(self) -> int:
        """Number of passages."""
        with self._lock:
            return int(self._collection.count())

    def close(self) -> None:
        with self._lock:
            self._client.close()


def _client(path: Path) -> Any:
    # Chroma shares one client a path and process and refuses other settings for it. Switching telemetry off
    # by its environment variable leaves the settings at their default, so that the user's own program may
    # open the same folder beside us.
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    import chromadb
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(path=str(path), settings=Settings())
    except ValueError:  # the user's program was first, with Chroma's own default
        return chromadb.PersistentClient(path=str(path), settings=Settings(anonymized_telemetry=True))


def _metadata(passage: Passage) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "document_id": passage.document_id,
        "start": passage.start,
        "end": passage.end,
        "title": passage.title,
        "source": passage.source,
    }
    if passage.published is not None:
        facts["published"] = passage.published.isoformat()
    return facts


def _passage(text: str, facts: dict[str, Any]) -> Passage:
    published = facts.get("published")
    return Passage(
        document_id=facts["document_id"],
        text=text,
        start=int(facts["start"]),
        end=int(facts["end"]),
        title=facts.get("title", ""),
        source=facts.get("source", ""),
        published=datetime.fromisoformat(published) if published else None,
    )

"""The projection: Chroma's folder, made from the truth, searched and never trusted. The only file that knows Chroma.

A projection is published whole and then never written to again. To bring it up to date its folder is copied, the copy
follows what has changed, is brought to the disk, and becomes the published one in a transaction of the truth; a run
that is killed leaves a folder that nobody was told of. So no reader ever meets a file that is being written (Chroma
writes its graph in place, without a rename), and one that has a projection open goes on with it.

One collection, `passages`: ids are passage numbers, and documents and metadata let any Chroma or LlamaIndex program read
it. What it finds counts only if the truth holds it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from ..documents import Passage
from ..errors import CorpusError
from .catalogue import Catalogue, Projection, Snapshot, Vectors
from .folder import PROJECTION_PREFIX, projection_path
from .writing import Writer

COLLECTION = "passages"
_NEIGHBOURS = 16
_CONSTRUCTION = 128
SEARCHED = 800
"""Candidates that the graph search keeps (HNSW's ef): Malkov and Yashunin, 2018. docs/scaling.md has recall by it."""
_PAGE = 2000
"""Passages handed to Chroma at a time; its SQLite refuses very long parameter lists."""
_BLOATED = 0.25
"""A projection of which this share was deleted is made anew: Chroma never reclaims deleted nodes of its graph."""
_SAMPLE = 8
"""Vectors compared with the truth when a projection is opened."""
_ALIKE = 0.999
"""Cosine that Chroma's copy of a vector has with the truth's, at least."""
_SAMPLED = 200
"""Passages that a full check looks up by their own vectors."""
_SAME_DISTANCE = 1e-3
"""Cosine distance below which two passages are copies of each other, of which any may be found."""
_LOST_SHARE = 0.1
"""Share of them that it may fail to find: a graph search misses some among many copies."""
_PROBE_SECONDS = 120.0


class ProjectionUnusable(CorpusError):
    """The projection is missing, torn or another index's; the truth is whole, and the next sync makes a new one."""


class Collection(Protocol):
    """As much of a Chroma collection as is used here."""

    metadata: Mapping[str, Any] | None

    def count(self) -> int: ...
    def upsert(self, *, ids: list[str], embeddings: Any, documents: list[str], metadatas: Any) -> None: ...
    def update(self, *, ids: list[str], metadatas: Any) -> None: ...
    def delete(self, *, ids: list[str]) -> object: ...
    def get(self, **options: Any) -> Mapping[str, Any]: ...
    def query(self, *, query_embeddings: Any, n_results: int, include: list[str]) -> Mapping[str, Any]: ...
    def modify(self, **options: Any) -> None: ...


class Client(Protocol):
    """As much of a Chroma client as is used here."""

    def create_collection(self, name: str, **options: Any) -> Collection: ...
    def get_or_create_collection(self, name: str, **options: Any) -> Collection: ...
    def get_collection(self, name: str, embedding_function: None = None) -> Collection: ...
    def close(self) -> None: ...


class OpenProjection:
    """A published projection, opened to search. Safe to share between threads."""

    def __init__(self, projection: Projection, client: Client, collection: Collection) -> None:
        self.projection, self._client, self._collection = projection, client, collection

    @staticmethod
    def open(index: Path, state: Snapshot, *, every_file: bool = False) -> OpenProjection | None:
        """The published projection, None when none was published yet; `every_file` is read to its end first, whatever
        its times say. Raises ProjectionUnusable."""
        projection = state.projection
        if projection is None:
            return None
        folder = projection_path(index, projection.name)
        if not untouched(folder, projection, every_file=every_file):
            probe(folder)
        with chroma_errors(folder):
            client = _client(folder)
            try:
                collection = client.get_collection(COLLECTION)
                _compare(collection, projection, state)
            except BaseException:
                client.close()
                raise
        return OpenProjection(projection, client, collection)

    def nearest(self, vector: Vectors, n: int) -> list[tuple[int, float]]:
        """The `n` nearest passages by number with their cosine, nearest first; deleted ones may be among them.

        Raises ProjectionUnusable."""
        wanted = min(n, self.projection.passages)
        if wanted < 1:
            return []
        with chroma_errors(Path(self.projection.name)):
            found = self._collection.query(query_embeddings=[vector], n_results=wanted, include=["distances"])
        return [(int(i), 1.0 - float(d)) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def check_all(self, numbers: set[int]) -> None:
        """Raises ProjectionUnusable when Chroma holds other passages than these, or does not find each of a sample by
        its own vector."""
        with chroma_errors(Path(self.projection.name)):
            held: set[int] = set()
            while page := self._collection.get(limit=_PAGE, offset=len(held), include=[])["ids"]:
                held.update(int(i) for i in page)
            if held != numbers:
                raise ProjectionUnusable(
                    f"The vector index lacks {len(numbers - held)} passages and has {len(held - numbers)} too many."
                )
            sample = sorted(held)[:: max(len(held) // _SAMPLED, 1)]
            lost = 0
            for part in _pages(sample):
                found = self._collection.get(ids=[str(n) for n in part], include=["embeddings"])
                for number, vector in zip(found["ids"], found["embeddings"], strict=True):
                    near = self._collection.query(query_embeddings=[vector], n_results=5, include=["distances"])
                    lost += number not in near["ids"][0] and near["distances"][0][-1] > _SAME_DISTANCE
            if lost > _LOST_SHARE * len(sample):
                raise ProjectionUnusable(
                    f"The vector index does not find {lost} of {len(sample)} passages by their vectors."
                )

    def close(self) -> None:
        self._client.close()


def projected(state: Snapshot) -> set[int]:
    """The passages that the published projection should hold: those up to its last, deleted since or not."""
    published = state.projection
    return state.numbers_up_to(published.upto) if published is not None else set()


def untouched(folder: Path, projection: Projection, *, every_file: bool = False) -> bool:
    """Whether the files are those that were published. Size and time tell at once; a file with other times is read.

    Raises ProjectionUnusable when they are not."""
    same = True
    for name, (size, modified, sha256) in projection.files.items():
        file = folder / name
        try:
            facts = file.stat()
        except OSError as error:
            raise ProjectionUnusable(f"{file} is missing: run `newsdesk verify-index`.") from error
        if facts.st_size == size and facts.st_mtime_ns == modified and not every_file:
            continue
        if facts.st_size != size or _sha256(file) != sha256:
            raise ProjectionUnusable(f"{file} was changed or torn: run `newsdesk verify-index`.")
        same = False
    if not (folder / "chroma.sqlite3").is_file():
        raise ProjectionUnusable(f"{folder} has lost chroma.sqlite3: run `newsdesk verify-index`.")
    return same


def probe(folder: Path) -> None:
    """Opens and searches a folder in another process first: one that was damaged may end the process that opens it.

    Raises ProjectionUnusable."""
    code = (
        "import sys; from pathlib import Path; from index.store.vectors import _client, COLLECTION;"
        "client = _client(Path(sys.argv[1])); collection = client.get_collection(COLLECTION);"
        "collection.count() and collection.query(query_embeddings=[[1.0] * len(collection.get(limit=1, "
        "include=['embeddings'])['embeddings'][0])], n_results=1, include=['distances'])"
    )
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            capture_output=True,
            timeout=_PROBE_SECONDS,
            env={**os.environ, "PYTHONPATH": paths},
        )
    except subprocess.TimeoutExpired as error:
        raise ProjectionUnusable(f"{folder} does not open: run `newsdesk verify-index`.") from error
    if done.returncode:
        raise ProjectionUnusable(f"{folder} is damaged: run `newsdesk verify-index`.")


def _compare(collection: Collection, projection: Projection, state: Snapshot) -> None:
    """Raises ProjectionUnusable when what Chroma holds is not what was published from this truth."""
    facts = collection.metadata or {}
    if facts.get("identity") != state.fact("identity") or facts.get("name") != projection.name:
        raise ProjectionUnusable("The vector index belongs to another index.")
    held = collection.count()
    if held != projection.passages:
        raise ProjectionUnusable(f"The vector index holds {held} passages instead of {projection.passages}.")
    first = max(projection.upto - projection.passages, 0)
    numbers, vectors = state.vectors_after(first, _SAMPLE)
    known = numbers <= projection.upto
    numbers, vectors = numbers[known], vectors[known]
    if not len(numbers):
        return
    found = collection.get(ids=[str(n) for n in numbers], include=["embeddings"])
    stored = {int(i): np.asarray(v, dtype=np.float32) for i, v in zip(found["ids"], found["embeddings"], strict=True)}
    for number, vector in zip(numbers, vectors, strict=True):
        copy = stored.get(int(number))
        if copy is None or float(copy @ vector) < _ALIKE * float(np.linalg.norm(copy) * np.linalg.norm(vector)):
            raise ProjectionUnusable("The vector index holds other vectors than the database.")


@dataclass(slots=True)
class Builder:
    """Makes the next projection beside the published one, following the truth as it grows, and publishes it.

    `follow` may be called in another thread than `publish`, not at the same time. A builder that is dropped without
    `publish` leaves nothing but a folder, which `tidy` removes."""

    index: Path
    catalogue: Catalogue
    name: str
    upto: int
    held: int
    client: Client
    collection: Collection
    followed: dict[int, str]

    @staticmethod
    def begin(index: Path, catalogue: Catalogue, *, from_nothing: bool = False) -> Builder:
        """From a copy of the published projection, or from nothing when that is asked for, there is none, it is not
        usable, or too much of it was deleted."""
        with catalogue.snapshot() as state:
            published, deleted = state.projection, sum(c == "deleted" for c in state.outbox().values())
            identity, passages = str(state.fact("identity")), state.counts().passages
        name = _next_name(index)
        folder = projection_path(index, name)
        if published is not None and not from_nothing and deleted <= _BLOATED * max(published.passages, 1):
            before = projection_path(index, published.name)
            try:
                if not untouched(before, published):
                    probe(before)
                shutil.copytree(before, folder)
                with chroma_errors(folder):
                    client = _client(folder)
                    collection = client.get_collection(COLLECTION)
                    with catalogue.snapshot() as state:
                        _compare(collection, published, state)
                    # kept in Chroma's log until then; a bulk load is written out a few times and not every thousand
                    collection.modify(configuration=_configuration(_threshold(passages)))
                    collection.modify(metadata={"identity": identity, "name": name})
                return Builder(
                    index,
                    catalogue,
                    name,
                    published.upto,
                    published.passages,
                    client,
                    collection,
                    {},
                )
            except ProjectionUnusable:
                shutil.rmtree(folder, ignore_errors=True)
        name = _next_name(index)
        folder = projection_path(index, name)
        folder.mkdir()
        with chroma_errors(folder):
            client = _client(folder)
            collection = client.create_collection(
                COLLECTION,
                embedding_function=None,
                configuration=graph_configuration(_threshold(passages)),
                metadata={"identity": identity, "name": name},
            )
        return Builder(index, catalogue, name, 0, 0, client, collection, {})

    def follow(self) -> None:
        """Takes over everything that is committed by now."""
        self._follow_changes()
        while True:
            with self.catalogue.snapshot() as state:
                numbers, vectors = state.vectors_after(self.upto, _PAGE)
                passages = state.passages(numbers.tolist())
            if not len(numbers):
                return
            self._put(numbers.tolist(), vectors, passages)
            self.upto = int(numbers[-1])
            self.held += len(numbers)

    def _follow_changes(self) -> None:
        with self.catalogue.snapshot() as state:
            changes = {n: c for n, c in state.outbox().items() if self.followed.get(n) != c}
            # What has a higher number is not here yet, and will be taken over as it is by then, or not at all.
            deleted = [n for n, c in changes.items() if c == "deleted" and n <= self.upto]
            renamed = state.passages([n for n, c in changes.items() if c == "renamed" and n <= self.upto])
        with chroma_errors(Path(self.name)):
            for part in _pages(deleted):
                self.collection.delete(ids=[str(n) for n in part])
            for part in _pages(list(renamed)):
                self.collection.update(ids=[str(n) for n in part], metadatas=[_metadata(renamed[n]) for n in part])
        self.held -= len(deleted)
        self.followed.update(changes)

    def _put(self, numbers: Sequence[int], vectors: Vectors, passages: Mapping[int, Passage]) -> None:
        with chroma_errors(Path(self.name)):
            self.collection.upsert(
                ids=[str(n) for n in numbers],
                embeddings=vectors,
                documents=[passages[n].text for n in numbers],
                metadatas=[_metadata(passages[n]) for n in numbers],
            )

    def publish(self, writer: Writer) -> None:
        """Brings the folder to the disk and makes it the one that is searched; earlier ones are removed.

        Raises ProjectionUnusable when Chroma does not hold what it was given, and CorpusError for a full disk."""
        folder = projection_path(self.index, self.name)
        with chroma_errors(folder):
            # Chroma writes its graph out when so many changes have come; then it is opened again, reads its log and does.
            self.collection.modify(configuration=_configuration(2))
            self.client.close()
            self.client = _client(folder)
            self.collection = self.client.get_collection(COLLECTION)
            if self.held:
                dimension = len(self.collection.get(ids=self._any_id(), include=["embeddings"])["embeddings"][0])
                vector = np.full(dimension, 1.0, dtype=np.float32)
                self.collection.query(query_embeddings=[vector], n_results=1, include=["distances"])
            self.collection.modify(configuration=_configuration(1000))
            held = self.collection.count()
            self.client.close()
        if held != self.held:
            raise ProjectionUnusable(f"Chroma holds {held} passages instead of {self.held}.")
        try:
            files = dict(_settled(folder))
        except OSError as error:
            raise CorpusError(
                f"The vector index could not be written to {folder}: {error.strerror or error}."
            ) from error
        writer.publish(Projection(self.name, self.upto, self.held, files), sorted(self.followed))
        tidy(self.index, self.name)

    def _any_id(self) -> list[str]:
        with self.catalogue.snapshot() as state:
            numbers, _ = state.vectors_after(0, 1)
        return [str(n) for n in numbers]

    def abandon(self) -> None:
        """Closes and removes what was begun."""
        try:
            self.client.close()
        finally:
            shutil.rmtree(projection_path(self.index, self.name), ignore_errors=True)


def tidy(index: Path, published: str | None) -> None:
    """Removes every projection folder but the published one. What is open elsewhere may stay until the next time."""
    for folder in index.glob(f"{PROJECTION_PREFIX}*"):
        if folder.name != published:
            shutil.rmtree(folder, ignore_errors=True)


def _next_name(index: Path) -> str:
    """A name that no projection of this folder has: Chroma remembers clients by their path for as long as a process lives."""
    used = [int(f.name.removeprefix(PROJECTION_PREFIX)) for f in index.glob(f"{PROJECTION_PREFIX}[0-9]*")]
    return f"{PROJECTION_PREFIX}{max(used, default=0) + 1}"


def _threshold(passages: int) -> int:
    """After how many changes Chroma writes out its graph."""
    return min(max(1000, passages // 10), 100_000)


def graph_configuration(threshold: int) -> dict[str, dict[str, Any]]:
    """Of a new collection, whose graph is written out after so many changes."""
    return {
        "hnsw": {
            "space": "cosine",
            "ef_construction": _CONSTRUCTION,
            "ef_search": SEARCHED,
            "max_neighbors": _NEIGHBOURS,
            **_configuration(threshold)["hnsw"],
        }
    }


def _configuration(threshold: int) -> dict[str, dict[str, int]]:
    return {"hnsw": {"sync_threshold": threshold, "batch_size": min(threshold, 1000)}}


def _settled(folder: Path) -> Iterator[tuple[str, tuple[int, int, str]]]:
    """Brings every file of a folder to the disk; gives the facts of those that opening and searching leave alone."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            _fsync(path)
            continue
        _fsync(path)
        if path.name != "chroma.sqlite3" and not path.name.startswith("chroma.sqlite3-"):
            facts = path.stat()
            yield path.relative_to(folder).as_posix(), (facts.st_size, facts.st_mtime_ns, _sha256(path))
    _fsync(folder)
    _fsync(folder.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pages(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(numbers), _PAGE):
        yield numbers[begin : begin + _PAGE]


def _client(folder: Path) -> Client:
    without_telemetry()
    import chromadb
    from chromadb.config import Settings

    if not folder.is_dir():  # Chroma would make one
        raise ProjectionUnusable(f"{folder} is missing: run `newsdesk verify-index`.")
    try:
        return cast(Client, chromadb.PersistentClient(path=str(folder), settings=Settings()))
    except ValueError:  # the user's program was first, with Chroma's own default
        return cast(Client, chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=True)))


def without_telemetry() -> None:
    """Chroma shares one client a path and process and refuses other settings for it. Switching telemetry off by its
    environment variable leaves the settings at their default, so that the user's own program may open the same folder
    beside us."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"


@contextmanager
def chroma_errors(folder: Path) -> Iterator[None]:
    """Whatever Chroma raises, its Rust side's panics too, says that the projection is not usable: the truth is."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, CorpusError):
        raise
    except BaseException as error:
        raise ProjectionUnusable(f"The vector index {folder} cannot be used: {error}") from error


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

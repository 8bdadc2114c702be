"""Sources -> store: added, updated, unchanged, removed, failed. The only writer of an index.

Order of writes: store (Chroma), then catalogue, then keyword cache. The store's generation is raised
before the first write, so an interrupted run leaves the cache visibly behind; the next run removes
what has no catalogue entry and rebuilds the cache. A crash costs time, never truth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from .chunking import passages
from .documents import Document, Failure, Passage
from .errors import CorpusError, IndexMismatch, IndexMissing, SourceError
from .formats.registry import read
from .models.embedding import PACKAGED_MODEL, Embedder
from .store.catalogue import Catalogue
from .store.vectors import FORMAT, PassageStore
from .store.words import KeywordIndex

BATCH_PASSAGES = 512

Progress = Callable[[int, int, str], None]
"""Called with files done, files in all, and the name of the file at hand."""


@dataclass(slots=True)
class SyncReport:
    """Ids of documents by what happened to them, and what failed with its reason."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    ignored_hidden: int = 0
    passages: int = 0
    characters: int = 0


def sync(
    sources: Sequence[str | Path],
    index: str | Path,
    *,
    embedding_model: str = PACKAGED_MODEL,
    progress: Progress | None = None,
) -> SyncReport:
    """Brings the index in line with `sources` (files and folders) and says what changed.

    Files under an ingested folder that are gone are removed from the index. What cannot be read is
    reported and the rest goes on. Raises IndexMismatch, ModelError, or CorpusError when another
    process is writing.
    """
    path = Path(index)
    if path.exists() and not path.is_dir():
        raise CorpusError(f"{path} is a file; an index is a folder.")
    with _locked(path):
        store = _store(path, embedding_model)
        catalogue = Catalogue(catalogue_path(path))
        keyword = KeywordIndex(keyword_path(path))
        try:
            return _Sync(store, catalogue, keyword, embedding_model, progress or (lambda *_: None)).run(sources)
        finally:
            keyword.close()
            catalogue.close()
            store.close()


def _store(path: Path, embedding_model: str) -> PassageStore:
    """The store at `path`, made when there is none. Only then the model is loaded here: a run that finds
    nothing new never needs it."""
    try:
        store = PassageStore.open(path)
    except IndexMissing:
        embedder = Embedder.open(embedding_model)
        return PassageStore.create(path, embedder.name, embedder.dimension)
    try:
        store.check(embedding_model)
    except IndexMismatch:
        store.close()
        raise
    return store


def catalogue_path(index: Path) -> Path:
    return index / "documents.sqlite3"


def keyword_path(index: Path) -> Path:
    return index / "keyword.sqlite3"


class _locked:
    """One writer at a time, across processes."""

    def __init__(self, path: Path) -> None:
        from filelock import FileLock

        path.mkdir(parents=True, exist_ok=True)
        self._path, self._lock = path, FileLock(path / "writing.lock", timeout=60)

    def __enter__(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout as error:
            raise CorpusError(f"Another process is writing to {self._path}. Try again when it has finished.") from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@dataclass(slots=True)
class _Batch:
    """Documents on their way into the index, with the ids whose old passages they replace."""

    documents: list[tuple[Document, str]] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    origins: list[tuple[str, str]] = field(default_factory=list)


class _Sync:
    def __init__(
        self, store: PassageStore, catalogue: Catalogue, keyword: KeywordIndex, embedding_model: str, progress: Progress
    ) -> None:
        self.store, self.catalogue, self.keyword = store, catalogue, keyword
        self.embedding_model, self.progress = embedding_model, progress
        self.report = SyncReport()
        self.generation: int | None = None
        self.cache_is_current = keyword.generation() == store.facts().generation
        self.batch = _Batch()
        self.taken: dict[str, str] = {}
        self.writer = ThreadPoolExecutor(1)
        self.pending: Future[None] | None = None

    def run(self, sources: Sequence[str | Path]) -> SyncReport:
        if not self.cache_is_current:
            self._recover()
        known = self.catalogue.origins()
        files, roots = self._files(sources)
        present = {str(file) for file, _ in files}
        for origin in [o for o in known if o not in present and any(Path(o).is_relative_to(r) for r in roots)]:
            self._forget(origin)
        try:
            for number, (file, name) in enumerate(files):
                self.progress(number, len(files), name)
                self._ingest(file, name, known.get(str(file)))
            self._flush()
            self._wait()
        finally:
            self.writer.shutdown(wait=True)
        self.progress(len(files), len(files), "")
        self._finish()
        return self.report

    def _files(self, sources: Sequence[str | Path]) -> tuple[list[tuple[Path, str]], list[Path]]:
        """Every file to look at with the id suggested for it, and the folders that were given."""
        found: dict[Path, str] = {}
        roots: list[Path] = []
        for source in sources:
            path = Path(source).expanduser()
            if path.is_dir():
                root = path.resolve()
                roots.append(root)
                for file in sorted(root.rglob("*")):
                    relative = file.relative_to(root)
                    if not file.is_file() or self._is_index_file(file):
                        continue
                    if any(part.startswith(".") for part in relative.parts):
                        self.report.ignored_hidden += 1
                    else:
                        found.setdefault(file, relative.as_posix())
            elif path.exists():
                found.setdefault(path.resolve(), path.name)
            else:
                self.report.failed.append(Failure(str(source), "no such file or folder"))
        return list(found.items()), roots

    def _is_index_file(self, file: Path) -> bool:
        return file.is_relative_to(self.store.path.resolve())

    def _ingest(self, file: Path, name: str, known_fingerprint: str | None) -> None:
        origin = str(file)
        try:
            fingerprint = _fingerprint(file)
        except OSError as error:
            self.report.failed.append(Failure(name, error.strerror or str(error)))
            return
        before = self.catalogue.of_origin(origin)
        if fingerprint == known_fingerprint:
            self.report.unchanged += sorted(before)
            return
        documents: list[Document] = []
        failures: list[Failure] = []
        try:
            for item in read(file, name):
                if isinstance(item, Failure):
                    failures.append(item)
                else:
                    documents.append(item)
        except SourceError as error:
            kept = "; its earlier version stays in the index" if before else ""
            self.report.failed.append(Failure(name, f"{error}{kept}"))
            return
        self.report.failed += failures
        now: set[str] = set()
        for document in documents:
            document = replace(document, id=self._unique(document.id, origin, now), origin=origin)
            now.add(document.id)
            self._put(document, before.get(document.id))
        gone = [d for d in before if d not in now]
        if gone:
            self._start_writing()
            self.batch.replaced += gone
            self.catalogue.remove(gone)
            self.report.removed += gone
        # A file with bad records is looked at again next time, so that its failures are reported again.
        if not failures:
            self.batch.origins.append((origin, fingerprint))
        if len(self.batch.passages) >= BATCH_PASSAGES:
            self._flush()

    def _unique(self, suggested: str, origin: str, now: set[str]) -> str:
        """The suggested id, unless another file or an earlier record of this one has it."""
        owner = self.taken.get(suggested) or self.catalogue.owner_of(suggested)
        if suggested not in now and owner in (None, origin):
            self.taken[suggested] = origin
            return suggested
        mark = hashlib.sha256(f"{origin}#{suggested if owner != origin else len(now)}".encode()).hexdigest()[:6]
        return f"{suggested}~{mark}"

    def _put(self, document: Document, fingerprint_before: str | None) -> None:
        fingerprint = _document_fingerprint(document)
        if fingerprint == fingerprint_before:
            self.report.unchanged.append(document.id)
            return
        (self.report.updated if fingerprint_before else self.report.added).append(document.id)
        self._start_writing()
        if fingerprint_before:
            self.batch.replaced.append(document.id)
        self.batch.documents.append((document, fingerprint))
        cut = passages(document)
        self.batch.passages += cut
        self.report.passages += len(cut)
        self.report.characters += len(document.text)
        if len(self.batch.passages) >= 4 * BATCH_PASSAGES:  # one file of many records
            self._flush()

    def _start_writing(self) -> None:
        if self.generation is None:
            self.generation = self.store.begin_writes()

    def _flush(self) -> None:
        batch, self.batch = self.batch, _Batch()
        if not (batch.documents or batch.replaced or batch.origins):
            return
        texts = [p.searchable for p in batch.passages]
        vectors = Embedder.open(self.embedding_model).encode(texts) if texts else None

        def write() -> None:
            if batch.replaced:
                self.store.delete_documents(batch.replaced)
            if vectors is not None:
                self.store.add(batch.passages, vectors)
            self.catalogue.put(batch.documents)
            if (batch.replaced or batch.passages) and self.cache_is_current:
                self.keyword.update(batch.replaced, batch.passages)
            for origin, fingerprint in batch.origins:
                self.catalogue.put_origin(origin, fingerprint)

        # The next files are read and embedded while this batch is written.
        self._wait()
        self.pending = self.writer.submit(write)

    def _wait(self) -> None:
        if self.pending is not None:
            self.pending.result()
            self.pending = None

    def _forget(self, origin: str) -> None:
        ids = sorted(self.catalogue.of_origin(origin))
        self._start_writing()
        self.store.delete_documents(ids)
        if self.cache_is_current:
            self.keyword.update(ids, [])
        self.catalogue.remove(ids)
        self.catalogue.remove_origin(origin)
        self.report.removed += ids

    def _recover(self) -> None:
        """After an interrupted run: passages without a catalogue entry go; the cache is rebuilt at the end."""
        self._start_writing()
        held: set[str] = set()
        for page in self.store.all_passages():
            held.update(p.document_id for p in page)
        self.store.delete_documents([d for d in held if self.catalogue.owner_of(d) is None])

    def _finish(self) -> None:
        if self.generation is None:
            return
        if self.cache_is_current:
            self.keyword.finish(self.generation)
        else:
            self.keyword.rebuild(self.store.all_passages(), self.generation)


def _fingerprint(file: Path) -> str:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
    digest.update(f"{FORMAT}".encode())
    return digest.hexdigest()


def _document_fingerprint(document: Document) -> str:
    parts: Iterable[object] = (document.text, document.title, document.source, document.published, document.author)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()

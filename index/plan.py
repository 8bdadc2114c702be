"""What a sync has to do: the files on the disk compared with the files in the catalogue, as steps for the writer.

Three passes. First what is new or has changed, which is where the time goes: these steps are prepared ahead of the
writer. Then the files whose bytes are in the index already, under another name: moved, or a copy; they are few, and each
is decided on what all the steps before it left. Last what is gone.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from .chunking import passages
from .documents import Document, Failure
from .errors import RemovalsToConfirm, SourceError
from .formats.registry import read
from .paths import readable
from .sources.folders import FileState, FoundFile, lies_at, one_file, walk
from .store.register import Register, StoredDocument, StoredFile, text_fingerprint
from .store.schema import FORMAT
from .store.writing import DropDocuments, DropFile, PutDocument, PutFile, RenameDocuments, Step, Writer

_FRESH_NS = 2_000_000_000
"""A file that was changed less than this before it was last looked at may have changed again within the tick of the
clock of its file system (two seconds on FAT): it is read again."""
REMOVED_SHARE = 0.2
"""A sync that would remove more than this share of a source's documents asks first."""
_NEW = -1
"""The number of a source that is not in the catalogue yet."""
_REMOVED_FILES, _REMOVED_DOCUMENTS = 2, 20
"""With fewer files and fewer documents gone than these it does not ask: one small file is deleted on purpose."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(slots=True)
class SyncReport:
    """Ids of documents by what happened to them, and what failed with its reason.

    `moved` documents have their new ids; a copy of something that is in the index counts as unchanged."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    ignored_hidden: int = 0
    passages: int = 0
    characters: int = 0


@dataclass(frozen=True, slots=True)
class ScannedSource:
    """A source with what is there now and what the catalogue knows of it, by path below it."""

    number: int
    path: Path
    kind: str
    found: tuple[FoundFile, ...]
    known: dict[bytes, StoredFile]
    gone: tuple[StoredFile, ...]
    problems: tuple[Failure, ...]
    looked: int

    def name_of(self, file: FoundFile) -> str:
        """The id suggested for a file that is one document: its path below the source."""
        return readable(file.below)


class _Uncommitted(Generic[_Key, _Value]):
    """What the steps given out will change, until they are committed and the catalogue itself says so: bounded by the
    steps on their way, however many files a source has."""

    def __init__(self) -> None:
        self._values: dict[_Key, tuple[int, _Value]] = {}

    def put(self, key: _Key, value: _Value, step: int) -> None:
        """`step` is the number of the last step that makes it so."""
        self._values.pop(key, None)  # the order is that of the steps
        self._values[key] = step, value

    def get(self, key: _Key) -> tuple[int, _Value] | None:
        return self._values.get(key)

    def forget(self, committed: int) -> None:
        """Drops what the first `committed` steps did."""
        while self._values and self._values[key := next(iter(self._values))][0] <= committed:
            del self._values[key]


class Plan:
    """Decides; writes nothing itself. `report` fills as steps are given out.

    `committed` is set by whoever carries the steps of the first pass out: how many of them the catalogue shows."""

    def __init__(
        self,
        index: Path,
        writer: Writer,
        register: Register,
        *,
        follow_links: bool = False,
        confirm_removals: bool = False,
    ) -> None:
        self.report = SyncReport()
        self.looked, self.total, self.at_hand = 0, 0, ""
        self.committed, self._given = 0, 0
        self._index, self._writer, self._register = index, writer, register
        self._follow_links, self._confirmed = follow_links, confirm_removals
        self._scanned: list[ScannedSource] = []
        self._later: list[tuple[ScannedSource, FoundFile, str]] = []
        self._owners: _Uncommitted[str, int | None] = _Uncommitted()
        self._fingerprints: dict[Path, str] = {}
        self._in_flight: _Uncommitted[str, None] = _Uncommitted()
        self._next_file, self._next_content = register.next_numbers()

    # --- what there is -----------------------------------------------------------------------------------------

    def scan(self, sources: Sequence[str | Path]) -> None:
        """Looks at every source before anything is done. Raises RemovalsToConfirm."""
        numbers = self._register.source_numbers()
        for source in dict.fromkeys(Path(s).expanduser() for s in sources):
            self._scan(source, numbers)
        for scanned in self._scanned:
            if not self._confirmed:
                self._ask_before_removing(scanned)
        self._scanned = [
            replace(s, number=self._writer.put_source(os.fsencode(s.path), s.kind)) if s.number < 0 else s
            for s in self._scanned
        ]
        self.total = sum(len(s.found) for s in self._scanned)

    def _scan(self, source: Path, numbers: dict[bytes, tuple[int, str]]) -> None:
        looked = time.time_ns()
        path = absolute(source)
        key = os.fsencode(path)
        try:
            facts = path.stat()
        except OSError as error:
            self.report.failed.append(self._not_there(source, key, numbers, error))
            return
        known: dict[bytes, StoredFile] = {}
        if stat.S_ISDIR(facts.st_mode):
            kind, found = "folder", walk(path, follow_links=self._follow_links, without=self._index)
            files, problems = tuple(found.files), tuple(found.problems)
            self.report.ignored_hidden += found.hidden
        else:
            kind, found, problems = "file", None, ()
            files = (one_file(path),)
        number = numbers[key][0] if key in numbers else _NEW
        if key in numbers:
            known = self._register.files_of(number)
        here = {f.below for f in files}
        gone = tuple(f for b, f in sorted(known.items()) if b not in here and not (found and found.unknown(b)))
        self.report.failed += problems
        self._scanned.append(ScannedSource(number, path, kind, files, known, gone, problems, looked))

    def _not_there(self, source: Path, key: bytes, numbers: dict[bytes, tuple[int, str]], error: OSError) -> Failure:
        if key not in numbers:
            reason = "no such file or folder" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
            return Failure(readable(str(source)), reason)
        held = len(self._register.ids_of([f.content for f in self._register.files_of(numbers[key][0]).values()]))
        many = "its document stays" if held == 1 else f"its {held} documents stay"
        return Failure(
            readable(str(source)),
            f"is not there any more; {many} in the index until `newsdesk remove {readable(str(source))}`",
        )

    def _ask_before_removing(self, scanned: ScannedSource) -> None:
        """Raises RemovalsToConfirm when a source has lost more than a fifth of its documents, moved ones aside."""
        gone = list(scanned.gone)
        if not gone:
            return
        held = len(self._register.ids_of([f.content for f in scanned.known.values()]))
        lost = len(self._register.ids_of([f.content for f in gone]))
        small = len(gone) < _REMOVED_FILES and lost < _REMOVED_DOCUMENTS
        if small or lost <= REMOVED_SHARE * max(held, 1):
            return
        new = [f for s in self._scanned for f in s.found if f.below not in s.known]
        elsewhere = {self._register.content_with(fingerprint) for f in new if (fingerprint := self._hashed(f))}
        gone = [f for f in gone if f.content not in elsewhere]
        lost = len(self._register.ids_of([f.content for f in gone]))
        if lost > REMOVED_SHARE * max(held, 1):
            raise RemovalsToConfirm(
                f"{scanned.path} has lost {len(gone)} of its {len(scanned.known)} files: {lost} of {held} documents would "
                "be removed from the index. If that is meant, run it again with --confirm-removals; if the folder is not "
                "mounted or mistyped, nothing was changed."
            )

    # --- first pass: new bytes ---------------------------------------------------------------------------------

    def new_and_changed(self) -> Iterator[Step]:
        """Steps for files whose bytes the index does not have. Files whose bytes it has wait for `moved_and_copied`."""
        for scanned in self._scanned:
            unchanged: list[int | None] = []
            for file in scanned.found:
                self.looked += 1
                self.at_hand = scanned.name_of(file)
                known = scanned.known.get(file.below)
                if known is not None and _unchanged(known, file.state):
                    unchanged.append(known.content)
                    self.report.failed += known.failures
                    continue
                for step in self._look_at(scanned, file, known):
                    self._given += 1
                    yield step
                self._owners.forget(self.committed)
                self._in_flight.forget(self.committed)
            self.report.unchanged += self._register.ids_of(unchanged)

    def _look_at(self, scanned: ScannedSource, file: FoundFile, known: StoredFile | None) -> Iterator[Step]:
        looked = time.time_ns()
        fingerprint = self._hashed(file, scanned)
        if fingerprint is None:
            return
        if known is not None and known.content is not None:
            if self._register.fingerprint_of(known.content) == fingerprint:  # touched, not changed
                self.report.unchanged += self._register.ids_of([known.content])
                self.report.failed += known.failures
                yield replace(_as_put(known), state=file.state, looked=looked, fingerprint=fingerprint)
                return
            if len(self._register.files_with(known.content)) > 1:
                self._later.append((scanned, file, fingerprint))
                return
        if self._in_flight.get(fingerprint) is not None or self._register.content_with(fingerprint) is not None:
            self._later.append((scanned, file, fingerprint))
            return
        yield from self._take(scanned, file, known, fingerprint, looked, self._register)

    def _take(
        self,
        scanned: ScannedSource,
        file: FoundFile,
        known: StoredFile | None,
        fingerprint: str,
        looked: int,
        register: Register,
    ) -> Iterator[Step]:
        """Steps that bring in the documents of a file, in place of those it had before."""
        before = register.documents_of(known.content) if known is not None and known.content is not None else []
        number = known.number if known is not None else self._file_number()
        content = known.content if known is not None and known.content is not None else self._content_number()
        entry = PutFile(number, scanned.number, file.below, file.state, looked, content, fingerprint)
        failures: list[Failure] = []
        now: set[str] = set()
        by_id = {d.id: d for d in before}
        begun = False
        try:
            for item in read(file.path, scanned.name_of(file)):
                if isinstance(item, Failure):
                    failures.append(item)
                    continue
                document = self._named(item, scanned, file, content, now, register)
                now.add(document.id)
                step = self._put(content, document, by_id.get(document.id))
                if step is None:
                    continue
                if not begun:
                    begun = True
                    yield replace(entry, complete=False)
                yield step
        except SourceError as error:
            kept = "; its earlier version stays in the index" if before and not begun else ""
            self.report.failed.append(failure := Failure(scanned.name_of(file), f"{error}{kept}"))
            if begun:  # it broke off in the middle: what was read of it stays until it can be read to its end
                failures.append(failure)
                yield replace(entry, complete=False, failures=tuple(failures))
            elif not before:
                yield replace(entry, content=None, fingerprint=None, failures=(failure,))
            return
        self.report.failed += failures
        gone = tuple(d.id for d in before if d.id not in now)
        if gone:
            self.report.removed += gone
            self._now_belong(gone, None)
            yield DropDocuments(gone)
        self._in_flight.put(fingerprint, None, self._given + 1)
        yield replace(entry, failures=tuple(failures))

    def _put(self, content: int, document: Document, before: StoredDocument | None) -> PutDocument | None:
        """None when the document has not changed."""
        fingerprint = document_fingerprint(document)
        if before is not None and before.fingerprint == fingerprint:
            self.report.unchanged.append(document.id)
            return None
        (self.report.updated if before is not None else self.report.added).append(document.id)
        return self._prepared(content, document, fingerprint)

    def _prepared(self, content: int, document: Document, fingerprint: str, replaces: str | None = None) -> PutDocument:
        cut = tuple(passages(document))
        self.report.passages += len(cut)
        self.report.characters += len(document.text)
        return PutDocument(content, document, fingerprint, text_fingerprint(document.text), cut, replaces=replaces)

    # --- second pass: bytes that are in the index ----------------------------------------------------------------

    def moved_and_copied(self) -> Iterator[list[Step]]:
        """For each file that had to wait its steps, to be carried out before the next is asked for."""
        register = self._writer.register
        for scanned, file, fingerprint in self._later:
            self.at_hand = scanned.name_of(file)
            yield list(self._place(scanned, file, fingerprint, register))

    def _place(self, scanned: ScannedSource, file: FoundFile, fingerprint: str, register: Register) -> Iterator[Step]:
        known, looked = scanned.known.get(file.below), time.time_ns()
        content = register.content_with(fingerprint)
        if known is not None and known.content is not None and known.content != content:
            others = [f for f, *_ in register.files_with(known.content) if f.number != known.number]
            if others:  # the others keep the content; this file gets one of its own
                if register.namer_of(known.content) == known.number:
                    yield from self._renamed_after(known.content, others[0].number, register)
                yield replace(_as_put(known), content=None, fingerprint=None, state=FileState(-1, -1, -1))
                known = replace(known, content=None)
        if content is None:
            yield from self._take(scanned, file, known, fingerprint, looked, register)
            return
        entry = PutFile(
            known.number if known is not None else self._file_number(),
            scanned.number,
            file.below,
            file.state,
            looked,
            content,
            fingerprint,
            namer=False,
        )
        holders = register.files_with(content)
        if known is not None or any(lies_at(_full(path, kind, f.below)) for f, path, kind in holders):
            self.report.unchanged += register.ids_of([content])
            yield entry
            return
        moved = next((f for f, *_ in holders if f.number == register.namer_of(content)), holders[0][0])
        yield replace(entry, number=moved.number, failures=moved.failures, namer=True)
        yield from self._renamed(content, scanned, file, register)

    def _renamed_after(self, content: int, number: int, register: Register) -> Iterator[Step]:
        """Names the documents of a content after another one of the files that have it."""
        for stored, path, kind in register.files_with(content):
            if stored.number == number:
                root = Path(os.fsdecode(path))
                folder = root if kind == "folder" else root.parent
                scanned = ScannedSource(stored.source, root, kind, (), {}, (), (), 0)
                fingerprint = register.fingerprint_of(content)
                yield replace(_as_put(stored), fingerprint=fingerprint, namer=True)
                yield from self._renamed(content, scanned, FoundFile(stored.below, folder, stored.state), register)

    def _renamed(self, content: int, scanned: ScannedSource, file: FoundFile, register: Register) -> Iterator[Step]:
        """The documents of a content under the names that a file gives them: what else a name decides, a title perhaps,
        is decided anew."""
        before = register.documents_of(content)
        try:
            items = [d for d in read(file.path, scanned.name_of(file)) if isinstance(d, Document)]
        except SourceError as error:
            self.report.failed.append(Failure(scanned.name_of(file), f"{error}; it keeps its earlier name"))
            return
        now: set[str] = set()
        pairs: list[tuple[StoredDocument, Document]] = []
        for old, item in zip(before, items, strict=False):
            document = self._named(item, scanned, file, content, now, register)
            now.add(document.id)
            pairs.append((old, document))
        if len(before) != len(items) or any(text_fingerprint(d.text) != old.text_fingerprint for old, d in pairs):
            # Not the same documents after all (a format reads them in another way now).
            gone = tuple(old.id for old in before)
            yield DropDocuments(gone)
            yield from (self._prepared(content, d, document_fingerprint(d)) for _, d in pairs)
            self.report.updated += [d.id for _, d in pairs]
            return
        self._now_belong([old.id for old, _ in pairs if old.id not in now], None)
        same = [(old, d) for old, d in pairs if old.title == d.title]
        self.report.moved += [d.id for _, d in pairs]
        if same:
            yield RenameDocuments(content, tuple((old.id, d, document_fingerprint(d)) for old, d in same))
        for old, d in pairs:
            if old.title != d.title:
                yield self._prepared(content, d, document_fingerprint(d), replaces=old.id)

    # --- third pass: what is gone --------------------------------------------------------------------------------

    def gone(self) -> Iterator[list[Step]]:
        """For each file that is gone its steps, to be carried out before the next is asked for."""
        register = self._writer.register
        for scanned in self._scanned:
            now = register.files_of(scanned.number) if scanned.gone else {}
            for stored in scanned.gone:
                current = now.get(stored.below)
                if current is not None and current.number == stored.number:
                    yield list(self.without(current, register))

    def without(self, stored: StoredFile, register: Register) -> Iterator[Step]:
        """Steps that take a file out of the index."""
        if stored.content is not None:
            others = [f for f, *_ in register.files_with(stored.content) if f.number != stored.number]
            if not others:
                self.report.removed += register.ids_of([stored.content])
            elif register.namer_of(stored.content) == stored.number:
                yield from self._renamed_after(stored.content, others[0].number, register)
        yield DropFile(stored.number)

    def finish(self) -> None:
        """Records what was looked at, and forgets sources that have moved away whole."""
        for scanned in self._scanned:
            self._writer.source_synced(scanned.number, scanned.problems)
        here = {s.number for s in self._scanned}
        for path, (number, _) in self._register.source_numbers().items():
            if number not in here and not lies_at(path) and not self._register.files_of(number):
                self._writer.drop_source(number)

    # --- helpers -------------------------------------------------------------------------------------------------

    def _hashed(self, file: FoundFile, scanned: ScannedSource | None = None) -> str | None:
        """SHA-256 of a file's bytes and the format of our passages; None, and a failure told, when it cannot be read."""
        if file.path not in self._fingerprints:
            try:
                if not stat.S_ISREG(file.path.stat().st_mode):
                    raise OSError(0, "not a regular file")
                with file.path.open("rb") as opened:
                    digest = hashlib.file_digest(opened, "sha256")
            except OSError as error:
                if scanned is not None:
                    self.report.failed.append(Failure(scanned.name_of(file), error.strerror or str(error)))
                return None
            digest.update(str(FORMAT).encode())
            self._fingerprints[file.path] = digest.hexdigest()
        return self._fingerprints.pop(file.path) if scanned is not None else self._fingerprints[file.path]

    def _named(
        self,
        document: Document,
        scanned: ScannedSource,
        file: FoundFile,
        content: int,
        now: set[str],
        register: Register,
    ) -> Document:
        """The document with its origin and with an id that no other has: the suggested one, or that with a mark of its
        place behind it."""
        origin = readable(str(file.path))
        suggested = document.id
        lately = self._owners.get(suggested)
        owner = lately[1] if lately is not None else register.owner_of(suggested)
        unique = suggested
        if suggested in now or owner not in (None, content):
            mark = hashlib.sha256(f"{origin}#{suggested if suggested not in now else len(now)}".encode()).hexdigest()[
                :6
            ]
            unique = f"{suggested}~{mark}"
        self._now_belong([unique], content)
        return replace(document, id=unique, origin=origin)

    def _now_belong(self, ids: Iterable[str], content: int | None) -> None:
        """Says whose documents these are once the next steps (a file's, and its document's) are carried out."""
        for document_id in ids:
            self._owners.put(document_id, content, self._given + 2)

    def _file_number(self) -> int:
        self._next_file += 1
        return self._next_file - 1

    def _content_number(self) -> int:
        self._next_content += 1
        return self._next_content - 1


def absolute(source: Path) -> Path:
    """Where a source lies, links in the way to it resolved, so that one folder has one name."""
    try:
        return source.resolve()
    except (OSError, RuntimeError):
        return source.absolute()


def document_fingerprint(document: Document) -> str:
    """Equal for documents that are to be shown and found alike."""
    parts: Iterable[object] = (document.text, document.title, document.source, document.published, document.author)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def _unchanged(known: StoredFile, state: FileState) -> bool:
    """Whether a file need not be opened."""
    settled = max(state.modified, state.changed) + _FRESH_NS < known.looked
    return known.content is not None and known.state == state and settled


def _as_put(stored: StoredFile) -> PutFile:
    """A step that would leave a file as it is stored."""
    return PutFile(
        stored.number, stored.source, stored.below, stored.state, stored.looked, stored.content, None, stored.failures,
        namer=False,
    )  # fmt: skip


def _full(source: bytes, kind: str, below: bytes) -> bytes:
    return source if kind == "file" else source + b"/" + below

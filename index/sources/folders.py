"""A folder or a file -> the files to take in, each with what `stat` says of it. Links are followed once, loops told."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ..documents import Failure
from ..paths import readable


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells without opening a file whether it may have changed: bytes, and times in nanoseconds since 1970."""

    size: int
    modified: int
    changed: int

    @staticmethod
    def of(facts: os.stat_result) -> FileState:
        return FileState(facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a source: its path below the source (`/` between parts, bytes as the system has them) and its state.

    Many are held at once, so the folder that `below` begins in is one object for all of them."""

    below: bytes
    folder: Path
    state: FileState

    @property
    def path(self) -> Path:
        return self.folder / os.fsdecode(self.below)


@dataclass(slots=True)
class Walk:
    """What is below a folder. `unreadable` are paths below it that could not be listed: what they held is unknown,
    which is not the same as gone."""

    files: list[FoundFile] = field(default_factory=list)
    hidden: int = 0
    problems: list[Failure] = field(default_factory=list)
    unreadable: list[bytes] = field(default_factory=list)

    def unknown(self, below: bytes) -> bool:
        """Whether a path that was not found may be there all the same."""
        return any(not u or below == u or below.startswith(u + b"/") for u in self.unreadable)


def walk(root: Path, *, follow_links: bool = False, without: Path | None = None) -> Walk:
    """Every file below `root` in the order of their names, hidden ones counted and `without` left out.

    A link to something inside `root` is not followed: its target is found by its own name. One that leads out is
    followed only with `follow_links`, and then each folder once."""
    found = Walk()
    top = root.resolve()
    seen = {(facts.st_dev, facts.st_ino) for facts in [top.stat()]}
    _walk_folder(top, b"", top, found, seen, follow_links, without.resolve() if without is not None else None)
    return found


def one_file(path: Path) -> FoundFile:
    """A file that was given by itself. Raises OSError."""
    return FoundFile(os.fsencode(path.name), path.parent, FileState.of(path.stat()))


def _walk_folder(
    folder: Path,
    below: bytes,
    top: Path,
    found: Walk,
    seen: set[tuple[int, int]],
    follow_links: bool,
    without: Path | None,
) -> None:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda e: os.fsencode(e.name))
    except OSError as error:
        found.unreadable.append(below)
        found.problems.append(Failure(readable(below) or str(folder), f"cannot be listed: {error.strerror or error}"))
        return
    for entry in ordered:
        name = os.fsencode(entry.name)
        place = below + b"/" + name if below else name
        path = Path(entry.path)
        try:
            if without is not None and path == without:
                continue
            if name.startswith(b"."):
                found.hidden += _count_files(path) if entry.is_dir(follow_symlinks=False) else 1
                continue
            if entry.is_symlink() and not _wanted(path, place, top, found, follow_links):
                continue
            facts = entry.stat()
        except OSError as error:
            found.unreadable.append(place)
            found.problems.append(Failure(readable(place), error.strerror or str(error)))
            continue
        if stat.S_ISDIR(facts.st_mode):
            key = (facts.st_dev, facts.st_ino)
            if key in seen:
                found.problems.append(Failure(readable(place), "a link to a folder that is read already (a loop?)"))
                continue
            seen.add(key)
            _walk_folder(path, place, top, found, seen, follow_links, without)
        else:
            found.files.append(FoundFile(place, top, FileState.of(facts)))


def _wanted(path: Path, place: bytes, top: Path, found: Walk, follow_links: bool) -> bool:
    """Whether a symbolic link is to be followed; says so where it is not and something would be missed."""
    try:
        target = path.resolve(strict=True)
    except RuntimeError:  # Python 3.11 and 3.12 say so of links that lead to themselves
        found.problems.append(Failure(readable(place), "a link that leads to itself"))
        return False
    except OSError as error:
        reason = "a link that leads to itself" if "symbolic links" in str(error) else "a link that leads nowhere"
        found.problems.append(Failure(readable(place), reason))
        return False
    if target == top or top.is_relative_to(target):
        found.problems.append(Failure(readable(place), "a link to a folder that it lies in (a loop)"))
        return False
    if target.is_relative_to(top):
        return False
    if not follow_links:
        found.problems.append(
            Failure(readable(place), "a link that leads out of the source (--follow-links follows it)")
        )
        return False
    return True


def _count_files(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))


def lies_at(path: bytes) -> bool:
    """Whether something is at a path, a broken link too."""
    return os.path.lexists(path)

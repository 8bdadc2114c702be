from __future__ import annotations

import os
from pathlib import Path

from index.sources.folders import walk


def names(root: Path, *, follow_links: bool = False) -> list[bytes]:
    return [f.below for f in walk(root, follow_links=follow_links).files]


def test_files_come_in_the_order_of_their_names_and_hidden_ones_are_counted(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.secret", ".git/config", ".git/head", "a.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = walk(tmp_path)
    assert [f.below for f in found.files] == [b"a/z.txt", b"a.txt", b"b.txt"]
    assert found.hidden == 3


def test_a_link_inside_is_followed_once_and_one_that_leads_out_only_when_asked(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    (inside / "deep").mkdir(parents=True)
    outside.mkdir()
    (inside / "deep" / "a.txt").write_text("a")
    (outside / "b.txt").write_text("b")
    (inside / "again").symlink_to(inside / "deep")
    (inside / "away").symlink_to(outside)
    (inside / "too").symlink_to(outside)
    assert names(inside) == [b"deep/a.txt"]
    assert [p.source for p in walk(inside).problems] == ["away", "too"]
    assert names(inside, follow_links=True) == [b"away/b.txt", b"deep/a.txt"]


def test_loops_and_dead_links_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    found = walk(tmp_path, follow_links=True)
    assert found.files == []
    assert {p.source: p.reason for p in found.problems} == {
        "a/up": "a link to a folder that it lies in (a loop)",
        "dead": "a link that leads nowhere",
        "self": "a link that leads to itself",
    }


def test_what_could_not_be_listed_is_unknown_and_not_gone(tmp_path: Path, monkeypatch: object) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked" / "a.txt").write_text("a")
    scandir = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)  # type: ignore[attr-defined]
    found = walk(tmp_path)
    assert found.problems[0].reason == "cannot be listed: Permission denied"
    assert found.unknown(b"locked/a.txt")
    assert not found.unknown(b"other.txt")


def test_a_name_that_is_no_utf8_is_found(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("a")
    assert names(tmp_path) == [b"caf\xe9.txt"]

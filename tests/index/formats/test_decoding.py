from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from index import SourceError
from index.formats import decoding
from index.formats.decoding import decoded, lines

FRENCH = "Le ministre a été reçu à l'Élysée. Il y a déjà signé l'accord précédent, très tôt, l'été dernier."
ENGLISH = "The water board of Ilmen Vale raised its tariff by 14 percent.\nIt rained."


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"])
def test_encodings_are_detected(encoding: str, tmp_path: Path) -> None:
    assert decoded(written(tmp_path / "a.txt", FRENCH.encode(encoding))) == FRENCH


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_detected(encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", ENGLISH.encode(encoding))
    assert decoded(path) == ENGLISH
    assert list(lines(path)) == ENGLISH.splitlines(keepends=True)


def test_a_few_bytes_of_another_encoding_leave_the_rest_alone(tmp_path: Path) -> None:
    mixed = "Zoé Lefèvre signed. Her deputy ".encode() + "René was absent.".encode("latin-1")
    assert decoded(written(tmp_path / "a.txt", mixed)) == "Zoé Lefèvre signed. Her deputy René was absent."


def test_the_encoding_that_a_file_states_is_used_unless_it_is_utf8(tmp_path: Path) -> None:
    text = "Řehoř Žďárský řekl, že most je uzavřen."
    assert decoded(written(tmp_path / "a", text.encode("cp1250")), "windows-1250") == text
    assert decoded(written(tmp_path / "b", text.encode()), "windows-1250") == text
    assert decoded(written(tmp_path / "c", FRENCH.encode("cp1252")), "no such encoding") == FRENCH


def test_a_zero_in_a_text_is_dropped_and_binary_content_refused(tmp_path: Path) -> None:
    assert decoded(written(tmp_path / "a", ENGLISH.replace("t.", "\0t.").encode())) == ENGLISH
    for content in (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\2", bytes(range(256)) * 4):
        with pytest.raises(SourceError, match=r"binary|encoding"):
            decoded(written(tmp_path / "b", content))


def test_damaged_utf16_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="damaged utf-16"):
        decoded(written(tmp_path / "a", b"\xff\xfea\0b"))


def test_line_ends_are_of_one_kind(tmp_path: Path) -> None:
    path = written(tmp_path / "a", "one\r\ntwo\rthree\u2028four\x85\n".encode())
    assert list(lines(path)) == ["one\n", "two\n", "three\u2028four\x85\n"]


def test_lines_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    """A file is never held whole: reading 24 MB takes less than a quarter of it."""
    path = tmp_path / "long.jsonl"
    with path.open("w") as file:
        for _ in range(24):
            file.write("x" * 1023 + "é\n" + ("y" * 1023 + "\n") * 1023)
    tracemalloc.start()
    count = sum(1 for _ in lines(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 24 * 1024
    assert peak < 6 << 20


def test_a_line_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LINE_CHARS", 10)
    path = written(tmp_path / "a", b"short\n" + b"x" * 5_000_000 + b"\nlast")
    assert list(lines(path)) == ["short\n", "x" * 11, "last"]

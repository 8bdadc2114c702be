from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Document, Failure, SourceError
from index.formats.guard import Limits
from index.formats.registry import FORMATS, extensions, read

One = Callable[[Path], Document]
Make = Callable[[Path], Path]
SECONDS = 20.0


@pytest.mark.parametrize("suffix", extensions())
def test_every_format_gives_text_and_title(suffix: str, tmp_path: Path, one: One, make: Make) -> None:
    document = one(make(tmp_path / f"report{suffix}"))
    assert "signed in Geneva on Tuesday" in " ".join(document.text.split())
    assert document.title == "Treaty signed"


def test_an_extension_belongs_to_one_format() -> None:
    named = [extension for format in FORMATS for extension in format.extensions]
    assert sorted(named) == list(extensions())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n ", "no text"),
        ("mark.txt", b"\xef\xbb\xbf", "no text"),
        ("mark.md", b"\xff\xfe", "no text"),
        ("mark.jsonl", b"\xef\xbb\xbf\n", "no text"),
        ("blank.json", b" \n", "no text"),
        ("blank.csv", b"\n\n", "no text"),
        ("header.csv", b"title,text\n", "no text"),
        ("binary.txt", b"\x00\x01\x02PNG", "binary"),
        ("picture.png", b"\x89PNG", "unsupported format .png"),
        ("noext", b"text", "no extension"),
        ("broken.pdf", b"%PDF-1.4 nothing", "not a readable PDF"),
        ("broken.docx", b"PK nothing", "not a readable .docx"),
        ("empty.docx", b"", "empty"),
        ("broken.json", b'{"text": ', "line 1: not valid JSON"),
        ("deep.json", b"[" * 100_000, "nested too deep"),
        ("no-text.csv", b"title,date\na,b\n", "no column named text"),
        ("nothing.html", b"<html><body></body></html>", "no article text"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=reason):
        list(read(path, name))


def test_a_name_that_is_not_utf8_is_escaped_everywhere(tmp_path: Path, one: One) -> None:
    path = tmp_path / "caf\udce9.txt"
    try:
        path.write_text("It rained.")
    except OSError:  # a file system that takes UTF-8 only
        pytest.skip("the file system refuses such names")
    document = one(path)
    assert (document.id, document.source, document.title) == (r"caf\xe9.txt", r"caf\xe9.txt", r"caf\xe9")


def test_lines_end_at_line_ends_only(tmp_path: Path, one: One) -> None:
    """U+2028, U+2029 and U+0085 are in texts that people paste; `str.splitlines` would cut there."""
    text = "One\u2028two\u2029three\x85four"
    (tmp_path / "a.csv").write_text(f"text\n{text}\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(f'{{"text": "{text}"}}\n', encoding="utf-8")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert {one(path).text for path in tmp_path.iterdir()} == {text}


def _fuzzed(path: Path, content: bytes) -> None:
    """Whatever the bytes are, documents, failures or a SourceError come out, all of them storable, in time."""
    path.write_bytes(content)
    refused = ""
    try:
        for item in read(path, path.name, Limits(seconds=SECONDS)):
            assert isinstance(item, Document | Failure)
            if isinstance(item, Document):
                "\0".join((item.id, item.text, item.title, item.source, item.author)).encode("utf-8")
                assert item.text.strip()
    except SourceError as error:
        refused = str(error) or "without a reason"
    assert not any(wrong in refused for wrong in ("without a reason", "more than", "crashed"))


_fuzz = settings(max_examples=40, deadline=SECONDS * 1000, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("suffix", extensions())
@_fuzz
@given(content=st.binary(max_size=400))
def test_random_bytes_do_no_harm(suffix: str, content: bytes, tmp_path: Path) -> None:
    _fuzzed(tmp_path / f"random{suffix}", content)


@pytest.mark.parametrize("suffix", extensions())
@_fuzz
@given(data=st.data())
def test_damaged_files_do_no_harm(suffix: str, data: st.DataObject, tmp_path: Path, make: Make) -> None:
    """A good file with some bytes replaced, cut out or doubled."""
    content = bytearray(make(tmp_path / f"report{suffix}").read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 50)))
        content[start:end] = data.draw(st.one_of(st.binary(max_size=20), st.just(bytes(content[start:end]) * 3)))
    _fuzzed(tmp_path / f"damaged{suffix}", bytes(content))


@pytest.mark.parametrize(("suffix", "row"), [(".jsonl", '{{"text": "{}"}}\n'), (".csv", "{}\n")])
def test_a_file_of_records_is_never_held_whole(suffix: str, row: str, tmp_path: Path) -> None:
    path = tmp_path / f"long{suffix}"
    text = "It rained in Ostrell. " * 100
    path.write_text(("text\n" if suffix == ".csv" else "") + row.format(text) * 5_000)  # 11 MB
    tracemalloc.start()
    count = sum(isinstance(item, Document) for item in read(path, path.name))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 5 << 20

from __future__ import annotations

from pathlib import Path

import pytest

from index import Reader, ReaderError
from index.models.checksums import is_published, sha256_of, stated_checksum, write_checksum
from index.reading.reader import WEIGHTS


def test_a_file_is_what_was_published_until_a_byte_is_another(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"some weights")
    write_checksum(file)
    stated = stated_checksum(file)
    assert stated == sha256_of(file)
    assert is_published(file, stated)
    file.write_bytes(b"some w3ights.")
    assert not is_published(file, stated)
    assert stated_checksum(tmp_path / "other") is None


def test_flipped_bytes_in_the_reader_are_an_error_and_no_answer(tmp_path: Path) -> None:
    for file in WEIGHTS.iterdir():
        data = bytearray(file.read_bytes())
        if file.name == "reader.safetensors":
            data[-100] ^= 0x40
        (tmp_path / file.name).write_bytes(data)
    with pytest.raises(ReaderError, match="damaged"):
        Reader.open(str(tmp_path))

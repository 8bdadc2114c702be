"""Bytes -> text: whatever encoding a file is in, line ends as \\n, and nothing in it that a store cannot hold."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ..errors import SourceError

LINE_CHARS = 32 << 20
"""The longest line that is read as one; a record is one line, and no record of news comes near."""

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
"""How many bytes an encoding is guessed from when they are not UTF-8."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LABELS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
"""What a page that states the first is really in (https://encoding.spec.whatwg.org, section 4.2)."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WESTERN = re.compile(r"[\x09\x0a\x0d -~À-ÖØ-öø-ÿŒœŸŠšŽž«»“”„‘’‚–—…€£§°©®·¡¿ºª\xa0½¼¾×÷±²³µ]*")


def decoded(path: Path, stated: str = "") -> str:
    """The text of a file. `stated` is the encoding that the file itself claims, used when it is not UTF-8.

    Raises SourceError for binary content and for an encoding that cannot be told.
    """
    with _opened(path, stated) as file:
        return _clean(file.read())


def lines(path: Path) -> Iterator[str]:
    """The lines of a file, each with its \\n, read as they are asked for; only \\n, \\r\\n and \\r end a line.

    A line longer than `LINE_CHARS` comes cut to one character more, and the rest of it is skipped. Raises
    SourceError like `decoded`.
    """
    with _opened(path) as file:
        while line := file.readline(LINE_CHARS + 1):
            if len(line) > LINE_CHARS and not line.endswith("\n"):
                while (rest := file.readline(_CHUNK)) and not rest.endswith("\n"):
                    pass
            yield _clean(line)


def storable(text: str) -> str:
    """`text` with U+FFFD for every lone surrogate, which no store and no file can hold."""
    return _SURROGATE.sub("\ufffd", text) if _has_surrogates(text) else text


def _has_surrogates(text: str) -> bool:
    try:
        text.encode("utf-8")  # five times as fast as the pattern
    except UnicodeEncodeError:
        return True
    return False


@contextmanager
def _opened(path: Path, stated: str = "") -> Iterator[TextIO]:
    with path.open("rb") as raw:
        encoding = _encoding_of(iter(lambda: raw.read(_CHUNK), b""), stated)
        raw.seek(0)
        # Encodings that were guessed or stated may fail far behind the sample; UTF-8 keeps what was no UTF-8.
        errors = "surrogateescape" if encoding.startswith("utf-8") else "strict" if "utf" in encoding else "replace"
        with io.TextIOWrapper(raw, encoding, errors, newline=None) as file:
            try:
                yield file
            except UnicodeDecodeError as error:
                raise SourceError(f"damaged {encoding} text: {error.reason}") from error


def _encoding_of(chunks: Iterable[bytes], stated: str) -> str:
    """The encoding of a file given in chunks, of which only those are kept that are needed to guess."""
    utf8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    sample = b""
    valid = broken = 0  # bytes that go on a character, and bytes that are none
    first = True
    for chunk in chunks:
        if first:
            if mark := next((encoding for mark, encoding in _MARKS if chunk.startswith(mark)), None):
                return mark
            if wide := _wide(chunk[:_SAMPLE]):
                return wide
            if _is_binary(chunk[:_SAMPLE]):
                raise SourceError("binary content, not text")
            first = False
        text = utf8.decode(chunk)
        valid += len(chunk) - len(text)
        if _has_surrogates(text):
            broken += len(_SURROGATE.findall(text))
            sample += chunk[: _SAMPLE - len(sample)]
    # A file put together from several keeps some bytes of the others' encoding. Text in another encoding
    # looks like UTF-8 by accident only, in far fewer places than not.
    if valid >= broken:
        return "utf-8"
    return _stated(stated, sample) or _guessed(sample)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a byte order mark: Latin letters, spaces and line ends have a zero byte on one side only."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros >= 0.1 * half and others <= 0.01 * half:
            try:
                text = sample[: len(sample) & ~1].decode(encoding, "surrogatepass")
            except UnicodeDecodeError:
                return None
            controls = sum(ord(c) < 32 and c not in "\t\n\r\f\v" for c in text)
            return encoding if controls <= 0.01 * len(text) else None
    return None


def _is_binary(sample: bytes) -> bool:
    """More than one byte in fifty is a control character that no text has."""
    allowed = b"\t\n\v\f\r\x1a\x1b"
    controls = sum(sample.count(bytes([c])) for c in range(32) if c not in allowed)
    return controls > 0.02 * len(sample)


def _stated(label: str, sample: bytes) -> str | None:
    """The encoding that a file claims, if it is one and the sample can be read with it."""
    try:
        name = codecs.lookup(label.strip()).name
        name = _LABELS.get(name, name)
        codecs.getincrementaldecoder(name)().decode(sample)
    except (LookupError, ValueError, AttributeError):
        return None
    return None if name.startswith("utf") else name


def _guessed(sample: bytes) -> str:
    if _is_western(sample):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, threshold=0.3).best()
    if best is None:
        raise SourceError("the encoding cannot be detected (binary content?)")
    return best.encoding


def _is_western(sample: bytes) -> bool:
    """Text in Windows-1252, by far the most common encoding that is not UTF-8 and one that detectors
    confuse with Baltic and Turkish ones in short texts. Cyrillic or Greek read this way is nearly all
    accents, Polish or Czech has symbols inside words: both are refused."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = [c for c in text if c.isalpha()]
    accented = sum(ord(c) > 127 for c in letters)
    return (
        bool(_WESTERN.fullmatch(text))
        and accented <= 0.25 * len(letters)
        and not re.search(r"[^\W\d_][¿¡²³¹½¼¾×÷±§][^\W\d_]", text)
    )


def _clean(text: str) -> str:
    """`text` without byte order marks and zeros; bytes that were no UTF-8 as Windows-1252 has them."""
    text = text.replace("\ufeff", "").replace("\0", "")
    return _SURROGATE.sub(lambda found: _windows(ord(found[0])), text) if _has_surrogates(text) else text


def _windows(code: int) -> str:
    return bytes([code - 0xDC00]).decode("cp1252", "replace") if 0xDC80 <= code <= 0xDCFF else "\ufffd"

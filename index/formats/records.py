"""JSON and JSON Lines, and how a record of any table becomes a document."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..documents import Failure
from ..errors import SourceError
from .contract import Format, Read, document
from .dates import when
from .decoding import LINE_CHARS, decoded, lines

FIELDS: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "content", "fulltext", "articletext", "contenttext", "bodytext", "article", "selftext",
        "transcript", "message", "tweet", "caption", "description", "abstract", "snippet",
    ),
    "title": ("title", "headline"),
    "published": (
        "published", "date", "publishedat", "pubdate", "publisheddate", "publicationdate", "publishdate",
        "datepublished", "webpublicationdate", "datetime", "createdat", "createdutc", "created", "timestamp", "ts",
    ),
    "source": ("source", "url", "link"),
    "author": ("author", "byline"),
    "id": ("id", "_id"),
}  # fmt: skip
"""Names of a record's fields, the first that is filled wins. Compared without case, spaces, "_" and "-".

From schema.org's NewsArticle, RSS, NewsAPI, the Guardian's and the New York Times' APIs, Reddit's, Slack's and
Twitter's exports.
"""

_SURELY_TEXT = FIELDS["text"][:3]
_SURELY_DATES = FIELDS["published"][:4]
"""A record that states its day here and cannot be read is refused; the others may hold anything."""
_JOINTS = {ord(c): None for c in " _-"}

_ARRAYS_WITHIN = 3
"""Answers of an API wrap their records in so many objects at most."""


def read_json(path: Path, name: str) -> Iterator[Read]:
    """One record, or an array of records, or an object that holds one array of records somewhere inside."""
    text = decoded(path)
    if not text.strip():
        raise SourceError("there is no text in it")
    try:
        loaded = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"line {error.lineno}: not valid JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise SourceError(f"not readable JSON: {_reason(error)}") from error
    if isinstance(loaded, dict) and not any(name in _SURELY_TEXT for name in _filled(loaded)):
        arrays = list(_arrays(loaded))
        with_text = [rows for rows in arrays if _first(_filled(rows[0]), "text") is not None]
        loaded = next((found[0] for found in (with_text, arrays) if len(found) == 1), loaded)
    if isinstance(loaded, dict):
        yield record(loaded, name, name, "the object")
        return
    if not isinstance(loaded, list):
        raise SourceError("expected an object or an array of objects")
    for number, row in enumerate(loaded, 1):
        yield record(row, name, f"{name}#{number}", f"record {number}")


def read_jsonl(path: Path, name: str) -> Iterator[Read]:
    """One record a line, read as they are asked for; a bad line is reported with its number and the others are read."""
    for number, line in enumerate(lines(path), 1):
        if not line.strip():
            continue
        try:
            if len(line) > LINE_CHARS:
                raise ValueError(f"longer than {LINE_CHARS >> 20} million characters")
            row = json.loads(line)
        except json.JSONDecodeError as error:
            yield Failure(f"{name}:{number}", f"line {number}: not valid JSON: {error.msg}")
        except (RecursionError, ValueError) as error:
            yield Failure(f"{name}:{number}", f"line {number}: not readable JSON: {_reason(error)}")
        else:
            yield record(row, name, f"{name}#{number}", f"line {number}")


def _arrays(loaded: Mapping[Any, Any], depth: int = _ARRAYS_WITHIN) -> Iterator[list[dict[str, Any]]]:
    """The arrays of objects inside an object."""
    for value in loaded.values():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield value
        elif isinstance(value, dict) and depth > 1:
            yield from _arrays(value, depth - 1)


def is_text(field: str) -> bool:
    """Whether a field of that name holds the text of a record."""
    return _folded(field) in FIELDS["text"]


def known(field: str) -> bool:
    """Whether a record's field of that name is used."""
    return any(_folded(field) in names for names in FIELDS.values())


def record(row: object, name: str, fallback_id: str, place: str) -> Read:
    """The document of one record of file `name`, or why there is none. `place` says where in the file it is."""
    where = f"{name} ({place})"
    if not isinstance(row, dict):
        return Failure(where, f"{place}: expected an object, found {type(row).__name__}")
    try:
        filled = _filled(row)
        if len(filled) == 1 and isinstance(inner := next(iter(filled.values())), dict):  # {"tweet": {…}}
            filled = _filled(inner)
        text = _first(filled, "text")
        if not isinstance(text, str) or not text.strip():
            return Failure(where, f'{place}: no text (a record needs a non-empty "text")')
        days = (when(filled[name]) for name in FIELDS["published"] if name in filled)
        published = next((day for day in days if day), None)
        stated = next((filled[name] for name in _SURELY_DATES if name in filled), None)
        if stated is not None and published is None:
            shown = repr(stated) if isinstance(stated, str) and len(stated) <= 60 else f"({type(stated).__name__})"
            return Failure(where, f"{place}: cannot read the date {shown} in published (use ISO 8601, 2025-03-18)")
        return document(
            phrase(_first(filled, "id")) or fallback_id,
            text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").replace("\0", ""),
            title=phrase(_first(filled, "title")),
            published=published,
            source=phrase(_first(filled, "source")) or name,
            author=phrase(_first(filled, "author")),
        )
    except (SourceError, ValueError, RecursionError, OverflowError) as error:
        return Failure(where, f"{place}: {_reason(error)}")


def phrase(value: object) -> str:
    """What a field says in a few words: a string or number as it is, a list joined by commas, an object by its name.

    >>> phrase([{"name": "Mina Ro"}, "Joss Ek"])
    'Mina Ro, Joss Ek'
    """
    if isinstance(value, list):
        return ", ".join(said for item in value if not isinstance(item, list) and (said := phrase(item)))
    if isinstance(value, Mapping):
        names = (value.get(key) for key in ("name", "main", "title"))
        return next((n for n in names if isinstance(n, str) and n), "")
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return str(value).strip() if isinstance(value, str | int | float) else ""


@lru_cache(4096)
def _folded(field: str) -> str:
    name = field.strip().lower()
    return name if name == "_id" else name.translate(_JOINTS)


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that hold something, by their folded names."""
    return {_folded(name): value for name, value in row.items() if value is not None and value != ""}


def _first(filled: Mapping[str, Any], field: str) -> Any:
    return next((filled[name] for name in FIELDS[field] if name in filled), None)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return str(error).split(";")[0] or type(error).__name__


JSON = Format("JSON", (".json",), read_json)
JSONL = Format("JSON Lines", (".jsonl",), read_jsonl, max_bytes=None)

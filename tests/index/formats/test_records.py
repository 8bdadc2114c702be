from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from index import Document, Failure
from index.formats.records import phrase, record
from index.formats.registry import read

One = Callable[[Path], Document]


def test_records_keep_their_fields(tmp_path: Path, one: One) -> None:
    path = tmp_path / "wire.jsonl"
    row = {"id": "w1", "title": "T", "published": "2031-03-04T08:00:00Z", "source": "Harrow", "text": "It rained."}
    path.write_text(json.dumps(row) + "\n\n")
    document = one(path)
    assert (document.id, document.title, document.source, document.text) == ("w1", "T", "Harrow", "It rained.")
    assert document.published == datetime.fromisoformat("2031-03-04T08:00:00+00:00")


def test_a_bad_record_is_named_by_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    bad = [
        '{"title": "no text"}', "{broken", "[1]", '{"text": "x", "published": "soon"}', '{"text": "x", "date": NaN}',
        '{"text": "x", "date": 1e400}', '{"text": "x", "date": 1741161600000000}', '{"text": "x", "n": ' + "9" * 5000 + "}",
        "[" * 100_000, '{"text": "\\u0000"}',
    ]  # fmt: skip
    path.write_text("\n".join(['{"text": "Good."}', *bad, '{"text": "Also good."}']))
    found = list(read(path, path.name))
    assert [f.text for f in found if isinstance(f, Document)] == ["Good.", "Also good."]
    reasons = [f.reason for f in found if isinstance(f, Failure)]
    assert [r.split(":")[0] for r in reasons] == [f"line {n}" for n in range(2, 2 + len(bad))]
    assert "no text" in reasons[0]
    assert "nested too deep" in reasons[-2]


def test_half_a_character_is_replaced_and_the_record_kept() -> None:
    """Exports cut texts between the two halves of an emoji."""
    found = record(json.loads(r'{"text": "Rain \ud83d", "id": "a\udfff", "title": "\ud83d"}'), "f", "f#1", "line 1")
    assert isinstance(found, Document)
    assert (found.text, found.id, found.title) == ("Rain \ufffd", r"a\udfff", "\ufffd")


@pytest.mark.parametrize(
    "row",
    [
        {"full_text": "It rained.", "createdAt": "2025-03-05", "headline": {"main": "Rain"}, "author": ["Mina"]},
        {"Article Text": "It rained.", "Publication Date": "5 March 2025", "title": "Rain", "byline": "Mina"},
        {"tweet": {"full_text": "It rained.", "date": "2025-03-05", "title": "Rain", "author": "Mina"}},
        {"body": "It rained.", "date": 20250305, "title": "Rain", "author": {"name": "Mina"}, "timestamp": "noon"},
    ],
)
def test_the_usual_names_of_fields_are_known(row: dict[str, Any]) -> None:
    found = record(row, "f", "f#1", "line 1")
    assert isinstance(found, Document)
    assert (found.text, found.title, found.author, found.published) == (
        "It rained.", "Rain", "Mina", datetime(2025, 3, 5),
    )  # fmt: skip


def test_records_are_found_inside_the_answer_of_an_api(tmp_path: Path, one: One) -> None:
    path = tmp_path / "answer.json"
    docs = [{"headline": "Rain", "body": "It rained."}]
    path.write_text(json.dumps({"status": "ok", "errors": [{"code": 1}], "response": {"docs": docs}}))
    assert one(path).text == "It rained."


@pytest.mark.parametrize(
    ("value", "said"),
    [("a", "a"), (7, "7"), (None, ""), (True, ""), (float("nan"), ""), (["a", {"name": "b"}], "a, b"), ({"x": 1}, "")],
)
def test_a_field_in_a_few_words(value: object, said: str) -> None:
    assert phrase(value) == said

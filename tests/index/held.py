"""What an index holds, as plain values to compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from index.store.catalogue import Catalogue


def held(index: Path) -> dict[str, Any]:
    """All an index holds, but for the numbers its rows happen to have: documents, places, passages, vectors, words."""
    catalogue = Catalogue(index)
    with catalogue.snapshot() as state:
        rows = state._connection.execute
        found: dict[str, Any] = {
            "documents": {d.id: d for d in state.documents()},
            "places": {d.id: sorted(state.places(d.id)) for d in state.documents()},
            "passages": sorted(
                rows(
                    "SELECT d.id, p.start, p.stop, p.locator, p.posted FROM passages p JOIN documents d ON d.number = p.document"
                ).fetchall()
            ),
            "times": sorted(
                rows(
                    "SELECT d.id, t.start, t.stop, t.first, t.last FROM times t JOIN passages p ON p.number = t.passage "
                    "JOIN documents d ON d.number = p.document"
                ).fetchall()
            ),
            "vectors": {
                (document_id, start): np.frombuffer(vector, "<f2").astype(np.float32)
                for document_id, start, vector in rows(
                    "SELECT d.id, p.start, v.vector FROM passages p JOIN documents d ON d.number = p.document "
                    "JOIN vectors v ON v.passage = p.number"
                )
            },
            "words": sorted(
                rows(
                    "SELECT d.id, p.start FROM words w JOIN passages p ON p.number = w.rowid "
                    "JOIN documents d ON d.number = p.document WHERE words MATCH 'a OR the OR of OR and OR in'"
                ).fetchall()
            ),
            "sources": [(s.path, s.kind, s.files, s.documents, s.failures) for s in state.sources()],
        }
    catalogue.close()
    return found


def same(one: dict[str, Any], two: dict[str, Any], tolerance: float = 0.002) -> None:
    """Fails when two indexes differ in anything; vectors may by `tolerance`, which the shape of a batch can change."""
    for part in one.keys() - {"vectors"}:
        assert one[part] == two[part], part
    assert one["vectors"].keys() == two["vectors"].keys()
    for key, vector in one["vectors"].items():
        assert float(vector @ two["vectors"][key]) > 1 - tolerance, key

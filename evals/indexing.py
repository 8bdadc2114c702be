"""An index over records, for data sets that bring their own texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from index import Retriever, sync


def index_of(records: Iterable[Mapping[str, str]], folder: Path) -> Retriever:
    """Indexes records (`{"id", "text"}`, perhaps with a "title") in `folder`, which is made, and opens the index.

    The documents have the ids of their records."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "records.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    sync([source], folder / "index")
    return Retriever.open(folder / "index")

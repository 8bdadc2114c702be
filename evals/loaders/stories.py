"""Stories as records of a JSONL file, plain or gzipped, such as Reuters-21578 (Lewis, 1997) is kept in: 19,043 stories of 1987."""

from __future__ import annotations

import gzip
import json
from itertools import islice
from pathlib import Path
from typing import Any


def stories_of(file: Path, limit: int | None = None) -> list[dict[str, Any]]:
    """The first `limit` records (all: None) whose "text" is not blank; "title" and whatever else a line has stay in them.

    Raises OSError, and ValueError or KeyError for a line of another format."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines)
        return list(islice((r for r in records if r["text"].strip()), limit))

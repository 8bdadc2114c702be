"""RAMDocs (Wang et al., 2025, "Retrieval-Augmented Generation with Conflicting Evidence"): questions whose documents disagree.

A line is `{"question", "documents": [{"text", "type"}, ...], "gold_answers", "wrong_answers"}`; a document's type is
"correct", "misinfo" or "noise".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A question with its own small corpus, the answers that are valid, and those that were planted."""

    question: str
    documents: tuple[str, ...]
    valid: tuple[str, ...]
    planted: tuple[str, ...]


def disagreements_of(file: Path) -> list[Disagreement]:
    """All questions of a file. Raises OSError, and ValueError or KeyError for a line of another format."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Disagreement(
            r["question"],
            tuple(d["text"] for d in r["documents"]),
            tuple(r["gold_answers"]),
            tuple(r["wrong_answers"]),
        )
        for r in rows
    ]

"""A newsroom's questions over news articles, where they lie beside the repository: measured on, and thresholds fitted on.

A line of `questions.jsonl` is `{"id", "type", "question", "answerable", "answers", "evidence": [{"document", "quote"}],
"history", "as_of"}`; `articles.txt` names the files of `corpus/news-dev` that are asked about. `answers` are regular
expressions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .shared import DATA

FOLDER = DATA / "desk"
ARTICLES = DATA.parent / "corpus" / "news-dev"


@dataclass(frozen=True, slots=True)
class DeskQuestion:
    """A question with the turns before it and the day it is asked on; `documents` are those that answer it."""

    id: str
    type: str
    text: str
    history: tuple[dict[str, str], ...]
    as_of: date | None
    documents: tuple[str, ...]
    answers: tuple[str, ...]
    answerable: bool


def desk_questions(folder: Path = FOLDER) -> list[DeskQuestion]:
    """In the order of the file. Raises OSError, and KeyError for a line of another format."""
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        return [
            DeskQuestion(
                row["id"],
                row["type"],
                row["question"],
                tuple(row.get("history") or ()),
                date.fromisoformat(row["as_of"]) if row.get("as_of") else None,
                tuple(dict.fromkeys(e["document"] for e in row["evidence"])),
                tuple(row["answers"]),
                row["answerable"],
            )
            for row in map(json.loads, lines)
        ]


def desk_articles(folder: Path = FOLDER, articles: Path = ARTICLES) -> list[Path]:
    """The files that are asked about. Raises OSError."""
    return [articles / name for name in (folder / "articles.txt").read_text(encoding="utf-8").split()]

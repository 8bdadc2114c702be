"""Figures and results as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..cases import Result
from ..metrics.registry import metrics
from .summary import Figure, Table


def as_json(table: Table) -> dict[str, dict[str, float | None]]:
    """By group each figure under its name, null where it is undefined; with " n" the number of cases it is of, and with
    " from" and " to" its 95 % interval, where it has one."""
    return {group: _row(figures) for group, figures in table.items()}


def _row(figures: Mapping[str, Figure]) -> dict[str, float | None]:
    row: dict[str, float | None] = {}
    for name, figure in figures.items():
        row[name] = None if math.isnan(figure.value) else figure.value
        if name not in ("questions", "errors"):
            row[f"{name} n"] = figure.cases
        if figure.interval:
            row[f"{name} from"], row[f"{name} to"] = figure.interval
    return row


def write_rows(results: Sequence[Result], texts: Mapping[str, str], file: Path) -> None:
    """One JSON line a question: the case, the answer object or the error, and every metric (null: it does not apply)."""
    file.parent.mkdir(parents=True, exist_ok=True)
    registered = metrics(texts)
    with file.open("w", encoding="utf-8") as opened:
        for result in results:
            case, answer = result.case, result.answer
            row = {
                "id": case.id,
                "corpus": case.corpus,
                "part": case.part,
                "category": case.category,
                "question": case.question,
                "known_answers": case.answers,
                "error": result.error or None,
                "answer": answer.to_dict() if answer else None,
                "hits": [[h.passage.document_id, h.passage.start, h.passage.end] for h in result.measured.hits[:10]],
                "metrics": {m.name: m.measure(case, result.measured) for m in registered},
            }
            opened.write(json.dumps(row, ensure_ascii=False) + "\n")

"""Results -> a table to read, and rows to keep."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .cases import Result
from .metrics import (
    Metric,
    all_evidence,
    answer_accuracy,
    citation_precision,
    citation_recall,
    citation_validity,
    conflict_alarm,
    conflict_shown,
    every_answer,
    evidence_recall,
    mean,
    part_missing,
    percentile,
    refusal_scores,
)


def metrics(texts: Mapping[str, str]) -> dict[str, Metric]:
    """Every per-case metric by the name it is reported under. A new metric is one line here."""
    return {
        "answer accuracy": answer_accuracy,
        "evidence recall@1": evidence_recall(1),
        "evidence recall@5": evidence_recall(5),
        "evidence recall@10": evidence_recall(10),
        "all evidence@10": all_evidence(10),
        "every answer": every_answer,
        "conflict shown": conflict_shown,
        "conflict alarm": conflict_alarm,
        "part said missing": part_missing,
        "citation validity": citation_validity(texts),
        "citation precision": citation_precision,
        "citation recall": citation_recall,
    }


def summary(results: Sequence[Result], texts: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Figures by group ("overall", then each category); each mean comes with its number of cases ("… n")."""
    groups: dict[str, list[Result]] = {"overall": list(results)}
    for result in results:
        groups.setdefault(result.case.category, []).append(result)
    table: dict[str, dict[str, float]] = {}
    for group, members in groups.items():
        row: dict[str, float] = {"questions": len(members), "errors": sum(r.answer is None for r in members)}
        for name, metric in metrics(texts).items():
            row[name], row[f"{name} n"] = mean(metric, members)
        row |= refusal_scores(members)
        times = [r.answer.timings_ms["total"] for r in members if r.answer is not None]
        row["latency p50 ms"], row["latency p95 ms"] = percentile(times, 0.5), percentile(times, 0.95)
        table[group] = row
    return table


def as_text(table: Mapping[str, Mapping[str, float]]) -> str:
    """One line a metric, one column a group."""
    names = [n for n in next(iter(table.values())) if not n.endswith(" n")]
    widths = [max(len(n) for n in names)] + [max(len(g), 7) for g in table]
    lines = [
        "  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(["", *table], widths, strict=True)))
    ]
    for name in names:
        cells = [name] + [_cell(name, row[name]) for row in table.values()]
        lines.append(
            "  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True)))
        )
    return "\n".join(lines)


def curve_as_text(refusal: Mapping[str, Any]) -> str:
    """The risk-coverage curve of the refusal score: of the questions answered from a score on, how many have no answer."""
    if not refusal:
        return ""
    lines = [
        f"\nHow likely the corpus answers: AUROC {refusal['auroc']:.3f}, "
        f"expected calibration error {refusal['expected calibration error']:.3f}",
        "answering from   coverage   risk (answered though the corpus does not say)",
    ]
    lines += [f"{p['threshold']:14.2f}   {p['coverage']:8.3f}   {p['risk']:.3f}" for p in refusal["risk_coverage"][::5]]
    return "\n".join(lines)


def _cell(name: str, value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if name in ("questions", "errors") or name.endswith(" ms") else f"{value:.3f}"


def write_rows(results: Sequence[Result], texts: Mapping[str, str], file: Path) -> None:
    """One JSON line a question: the case, the answer object or the error, and every metric."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as opened:
        for result in results:
            case = result.case
            row = {
                "id": case.id,
                "corpus": case.corpus,
                "part": case.part,
                "category": case.category,
                "question": case.question,
                "known_answers": case.answers,
                "error": result.error or None,
                "answer": result.answer.to_dict() if result.answer else None,
                "hits": [[h.passage.document_id, h.passage.start, h.passage.end] for h in result.answer.hits[:10]]
                if result.answer
                else [],
                "metrics": {n: m(case, result.answer) for n, m in metrics(texts).items()} if result.answer else {},
            }
            opened.write(json.dumps(row, ensure_ascii=False) + "\n")

"""Figures -> a table to read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .summary import OVERALL, Figure, Table


def as_text(table: Table) -> str:
    """One line a figure: its value overall, the cases it is of, its 95 % interval, and its value in each category."""
    categories = [group for group in table if group != OVERALL]
    rows = [["", OVERALL, "cases", "95 % interval", *categories]]
    for name, figure in table[OVERALL].items():
        interval = f"{figure.interval[0]:.3f} to {figure.interval[1]:.3f}" if figure.interval else ""
        values = [_cell(name, table[group][name]) for group in categories]
        rows.append([name, _cell(name, figure), str(figure.cases), interval, *values])
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as lines: the first column to the left, the others to the right.

    >>> print(aligned([["a", "10"], ["long", "1"]]))
    a     10
    long   1
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


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


def _cell(name: str, figure: Figure) -> str:
    if math.isnan(figure.value):
        return "-"
    return f"{figure.value:.0f}" if name in ("questions", "errors") or name.endswith(" ms") else f"{figure.value:.3f}"

"""Results -> figures by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..cases import Result
from ..metrics.calibration_error import expected_calibration_error
from ..metrics.registry import OF_ALL, metrics
from ..metrics.risk_coverage import risk_coverage
from ..statistics import auroc, bootstrap_interval, mean

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, the number of cases that it is of, and the 95 % bootstrap interval where it is a mean of cases."""

    value: float
    cases: int
    interval: tuple[float, float] | None = None


Table = Mapping[str, Mapping[str, Figure]]
"""Figures by group ("overall", then each category) and name."""


def summary(results: Sequence[Result], texts: Mapping[str, str]) -> Table:
    """Every figure of every group. `texts` maps document ids to texts."""
    groups: dict[str, list[Result]] = {OVERALL: list(results)}
    for result in results:
        groups.setdefault(result.case.category, []).append(result)
    return {group: _figures(members, texts) for group, members in groups.items()}


def _figures(results: Sequence[Result], texts: Mapping[str, str]) -> dict[str, Figure]:
    n = len(results)
    row = {"questions": Figure(n, n), "errors": Figure(sum(r.answer is None for r in results), n)}
    for metric in metrics(texts):
        values = metric.values(results)
        for name, statistic in metric.figures().items():
            interval = bootstrap_interval(values) if statistic is mean and values else None
            row[name] = Figure(statistic(values), len(values), interval)
    return row | {name: Figure(of_all(results), n) for name, of_all in OF_ALL.items()}


def refusal_curve(results: Sequence[Result]) -> dict[str, Any]:
    """AUROC and expected calibration error of `answerable` over the cases, and the risk-coverage points of their scores;
    empty unless some cases have an answer in the corpus and some have none."""
    answered = [(r.answer.answerable, r.case.answerable) for r in results if r.answer is not None]
    probability = np.array([p for p, _ in answered])
    right = np.array([a for _, a in answered], dtype=bool)
    if not len(right) or right.all() or not right.any():
        return {}
    return {
        "auroc": auroc(right, probability),
        "expected calibration error": expected_calibration_error(probability, right),
        "risk_coverage": risk_coverage(probability, right),
    }

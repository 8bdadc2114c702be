"""The logistic function, and calibrations as they are stored beside the code: logistic regressions whose weights stand
under the name of the feature, with a bias."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FARTHEST = 50.0
"""Logits beyond this are as good as certain (1e-22), and the exponential of their negative would overflow."""


def logistic(logit: float) -> float:
    """In 0..1.

    >>> logistic(0.0), logistic(-1e9) < 1e-20
    (0.5, True)
    """
    return 1 / (1 + math.exp(-max(-_FARTHEST, min(_FARTHEST, logit))))


@dataclass(frozen=True, slots=True)
class Logistic:
    """`weights` run in parallel to the values that `probability` is given."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, values: Sequence[float]) -> float:
        """In 0..1. Raises ValueError when there are more or fewer values than weights."""
        logit = self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return logistic(logit)


def read_calibration(file: Path, features: Sequence[str]) -> tuple[Logistic, dict[str, Any]]:
    """What a calibration command wrote: the regression over `features`, and everything else in the file."""
    facts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Logistic(tuple(facts["weights"][name] for name in features), facts["bias"]), facts

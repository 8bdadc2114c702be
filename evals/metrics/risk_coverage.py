"""How many wrong answers does a threshold let through, and how many questions does it leave? Of all cases together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..statistics import class_weights


def risk_coverage(
    probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], unanswerable: float | None = None
) -> list[dict[str, float]]:
    """El-Yaniv and Wiener (2010): for each threshold, the share of questions answered and the share of wrong ones among them.

    `probability` and `right` have shape (n,). With `unanswerable` the questions are weighted so that this share of
    them has no answer. Thresholds go up in steps of 0.02.
    """
    weight = class_weights(right, unanswerable)
    points = []
    for threshold in np.arange(0.0, 1.0, 0.02):
        answered = probability >= threshold
        given = float(weight[answered].sum())
        points.append(
            {
                "threshold": round(float(threshold), 2),
                "coverage": round(given / float(weight.sum()), 4),
                "risk": round(float(weight[answered & ~right].sum()) / given, 4) if given else 0.0,
            }
        )
    return points

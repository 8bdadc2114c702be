"""Is a stated probability as often right as it says? Of all cases together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..statistics import class_weights


def expected_calibration_error(
    probability: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    bins: int = 10,
    unanswerable: float | None = None,
) -> float:
    """Naeini et al. (2015): the mean gap between stated and observed frequency, over bins of equal size.

    `probability` and `right` have shape (n,). With `unanswerable` the questions are weighted so that this share of
    them has no answer."""
    weight = class_weights(right, unanswerable)
    order = np.argsort(probability)
    gaps = [
        abs(float(np.average(probability[part] - right[part], weights=weight[part]))) * float(weight[part].sum())
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return float(sum(gaps) / weight.sum())

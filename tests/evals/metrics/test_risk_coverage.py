from __future__ import annotations

import numpy as np

from evals.metrics.risk_coverage import risk_coverage


def test_risk_falls_with_coverage_when_the_score_knows_something() -> None:
    right = np.array([True] * 80 + [False] * 20)
    points = risk_coverage(np.where(right, 0.9, 0.3), right)
    first, last = points[0], points[20]
    assert (first["coverage"], first["risk"]) == (1.0, 0.2)
    assert (last["coverage"], last["risk"]) == (0.8, 0.0)
    weighted = risk_coverage(np.where(right, 0.9, 0.3), right, unanswerable=0.5)
    assert weighted[0]["risk"] == 0.5

from __future__ import annotations

import numpy as np

from evals.metrics.calibration_error import expected_calibration_error


def test_honest_probabilities_have_no_error_and_boastful_ones_have() -> None:
    right = np.array([True, False] * 50)
    assert expected_calibration_error(np.full(100, 0.5), right) < 0.01
    assert abs(expected_calibration_error(np.full(100, 0.9), right) - 0.4) < 0.01
    assert abs(expected_calibration_error(np.full(100, 0.9), right, unanswerable=0.1)) < 0.01

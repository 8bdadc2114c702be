from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.models.logistic import Logistic, logistic, read_calibration


def test_the_logistic_function_ends_where_floats_do() -> None:
    assert logistic(0.0) == 0.5
    assert logistic(2.0) == pytest.approx(0.8808, abs=1e-4)
    assert 0.0 < logistic(-1e300) < 1e-20
    assert logistic(1e300) == 1.0


def test_probability_is_the_logistic_function() -> None:
    assert Logistic((1.0,), 0.0).probability([0.0]) == 0.5
    assert Logistic((1.0,), 0.0).probability([1e9]) <= 1.0
    with pytest.raises(ValueError, match="zip"):
        Logistic((1.0,), 0.0).probability([1.0, 2.0])


def test_weights_are_read_by_name_in_the_order_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "fitted.json"
    file.write_text(json.dumps({"weights": {"a": 1, "b": 2}, "bias": 3, "fitted_on": "x"}))
    model, facts = read_calibration(file, ["b", "a"])
    assert (model.weights, model.bias, facts["fitted_on"]) == ((2, 1), 3, "x")

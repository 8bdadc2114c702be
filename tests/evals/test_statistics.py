"""Our own formulas against scikit-learn's, which training has and an installed Newsdesk has not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from evals.statistics import (
    auroc,
    average_precision,
    balanced_accuracy,
    bootstrap_interval,
    class_weights,
    f1_score,
    mean,
    percentile,
)


@pytest.mark.parametrize("levels", [3, 10_000], ids=["many ties", "hardly a tie"])
@pytest.mark.parametrize("seed", range(5))
def test_ranking_figures_are_scikit_learns_with_and_without_ties(seed: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    right = rng.random(200) < 0.3
    scores = rng.integers(levels, size=200) / levels + 0.2 * right
    assert auroc(right, scores) == pytest.approx(sklearn_metrics.roc_auc_score(right, scores))
    assert average_precision(right, scores) == pytest.approx(sklearn_metrics.average_precision_score(right, scores))
    said = [bool(s > 0.6) for s in scores]
    gold = [bool(r) for r in right]
    assert f1_score(gold, said) == pytest.approx(sklearn_metrics.f1_score(gold, said))
    assert balanced_accuracy(gold, said) == pytest.approx(sklearn_metrics.balanced_accuracy_score(gold, said))


def test_what_is_undefined_is_nan_and_no_error() -> None:
    undefined = [
        mean([]), percentile([], 0.5), auroc([True, True], [1, 2]), average_precision([False], [1.0]),
        f1_score([False], [False]), balanced_accuracy([True], [True]), *bootstrap_interval([]),
    ]  # fmt: skip
    assert all(map(math.isnan, undefined))


def test_the_interval_is_where_theory_has_it_and_the_same_in_every_run() -> None:
    values = [0.0, 1.0, 1.0, 1.0] * 100
    low, high = bootstrap_interval(values)
    margin = 1.96 * math.sqrt(0.75 * 0.25 / 400)
    assert low == pytest.approx(0.75 - margin, abs=0.01)
    assert high == pytest.approx(0.75 + margin, abs=0.01)
    assert bootstrap_interval(values) == (low, high)
    assert bootstrap_interval([1.0, 1.0]) == (1.0, 1.0)


def test_weights_give_the_wrong_ones_the_share_they_shall_have() -> None:
    right = np.array([True, True, True, False])
    weights = class_weights(right, 0.5)
    assert weights.sum() == pytest.approx(4)
    assert weights[~right].sum() == pytest.approx(2)
    assert class_weights(right, None) == pytest.approx(np.ones(4))

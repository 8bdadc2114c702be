from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.loaders.claims import CitedClaim
from evals.loaders.shared import DATA
from evals.training.fit_verification import PARTLY_FROM, SUPPORTED_FROM, fit, made_claims
from qa.checking.verdicts import FEATURES, Check

CLAIM = CitedClaim("made", "", "A claim.", ("A text.",), True, "fit")


def checked(first: float) -> Check:
    return Check((), (), (first, *[0.0] * (len(FEATURES) - 1)))


def test_what_tells_the_classes_apart_gets_weight_and_only_claims_for_fitting_count() -> None:
    claims = [replace(CLAIM, supported=n % 2 == 0) for n in range(40)]
    misleading = [replace(c, supported=not c.supported, part="test") for c in claims]
    checks = [checked(float(c.supported)) for c in claims]
    facts = fit([*claims, *misleading], [*checks, *checks])
    weights = facts["weights"]
    assert isinstance(weights, dict)
    assert list(weights) == list(FEATURES)
    assert weights[FEATURES[0]] > 1
    assert facts["supported_from"] == SUPPORTED_FROM > PARTLY_FROM == facts["partly_from"]
    assert "40 pairs" in str(facts["fitted_on"])


@pytest.mark.skipif(not Path(DATA).exists(), reason="the data sets are not here")
def test_made_claims_are_true_and_false_and_all_for_fitting() -> None:
    claims = list(made_claims())
    assert len(claims) > 1000
    assert 0.3 < sum(c.supported for c in claims) / len(claims) < 0.7
    assert {c.part for c in claims} == {"fit"}

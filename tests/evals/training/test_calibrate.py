from __future__ import annotations

import json

from qa.checking.refusal import CALIBRATION


def test_what_was_fitted_is_stored_with_what_it_reached() -> None:
    """The targets: AUROC at least 0.85, expected calibration error at most 0.05, on articles that were not fitted on."""
    stored = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    figures = stored["tested_on_other_articles"]
    assert figures["all"] >= 0.85
    assert figures["expected calibration error"] <= 0.05
    risks = [p["risk"] for p in stored["risk_coverage"]]
    assert len(risks) == 50
    assert risks[0] > 0.15 > 0.05 > min(risks[:45])

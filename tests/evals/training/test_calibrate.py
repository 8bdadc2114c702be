from __future__ import annotations

import json

import pytest

from evals.loaders.squad import Question
from evals.training.calibrate import _first, _of_few_articles
from index import Hit, Passage, Ranking
from index.reading.scores import TextScores
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


def test_a_ranking_without_some_of_its_hits_keeps_what_was_read_of_the_others() -> None:
    hits = tuple(Hit(Passage(name, name, 0, 1), 1.0) for name in "abc")
    read = tuple(TextScores(float(n), (), (), ()) for n in range(3))
    found = _first(Ranking("Who?", hits, read, (0.3, 0.2, 0.1)), [hits[0], hits[2]])
    assert found == Ranking("Who?", (hits[0], hits[2]), (read[0], read[2]), (0.3, 0.1))


def test_articles_stay_whole_and_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.training.calibrate.TEXTS", 3)
    asked = [Question(f"{a}{n}", "set", f"article {a}", f"{a}{n}", "Who?", ()) for a in "abcd" for n in range(2)]
    kept = _of_few_articles(asked)
    assert len(kept) == 4
    assert len({q.title for q in kept}) == 2

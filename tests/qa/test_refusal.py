from __future__ import annotations

import json

from index import Hit, Passage, Reader
from qa.refusal import FEATURES, FITTED, Calibration, answerable, calibration, features

TEXT = "Russia and Ukraine will swap 175 prisoners of war from each side, the news agency said."
HITS = [Hit(Passage("d", TEXT, 0, len(TEXT), title="Swap"), 1.0)]


def test_a_question_that_is_answered_is_likelier_than_one_that_is_not() -> None:
    reader = Reader.open()
    asked = answerable("How many prisoners will Russia and Ukraine swap?", HITS, reader)
    beside = answerable("Who won the football cup of Brazil?", HITS, reader)
    assert asked > 0.5 > beside


def test_nothing_found_is_not_answerable() -> None:
    assert answerable("Who?", [], Reader.open()) == 0.0


def test_features_say_what_the_passage_does_not_mention() -> None:
    named = FEATURES.index("names missing")
    number = FEATURES.index("numbers missing")
    held = features("How many prisoners will Russia swap?", HITS, Reader.open())
    missing = features("How many prisoners will Poland swap in 1999?", HITS, Reader.open())
    assert len(held) == len(FEATURES)
    assert (held[named], missing[named]) == (0.0, 1.0)
    assert (held[number], missing[number]) == (0.0, 1.0)


def test_empty_passages_have_features_too() -> None:
    assert len(features("Who?", [Hit(Passage("d", "", 0, 0), 0.0)], Reader.open())) == len(FEATURES)


def test_the_fitted_weights_say_what_they_were_fitted_on() -> None:
    fitted = json.loads(FITTED.read_text())
    assert set(fitted["weights"]) == set(FEATURES)
    assert fitted["fitted_on"]
    assert fitted["tested_on_other_articles"]["all"] > 0.8
    assert 0 < calibration().probability([0.0] * len(FEATURES)) < 1


def test_probability_is_the_logistic_function() -> None:
    assert Calibration((1.0,), 0.0).probability([0.0]) == 0.5
    assert Calibration((1.0,), 0.0).probability([1e9]) <= 1.0

from __future__ import annotations

from evals.splits import hashed, in_development, in_first_half

TITLES = [f"Article {n}" for n in range(2000)]


def test_a_tenth_is_for_development_and_the_halves_know_nothing_of_it() -> None:
    development = [t for t in TITLES if in_development(t)]
    assert 0.08 < len(development) / len(TITLES) < 0.12
    assert 0.4 < sum(map(in_first_half, development)) / len(development) < 0.6
    assert 0.45 < sum(map(in_first_half, TITLES)) / len(TITLES) < 0.55


def test_a_split_is_the_same_on_every_machine() -> None:
    assert hashed("Sarrow") % 1_000_000 == 108432

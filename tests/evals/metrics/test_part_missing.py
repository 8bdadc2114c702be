from __future__ import annotations

from dataclasses import replace

from evals.metrics.part_missing import part_missing
from tests.evals.samples import CASE, answer


def test_what_the_corpus_leaves_open_is_named_where_it_does() -> None:
    half = replace(CASE, expects="partly")
    assert part_missing(half, answer()) == 0
    assert part_missing(half, replace(answer(), missing=("who painted it?",))) == 1
    assert part_missing(CASE, answer()) is None

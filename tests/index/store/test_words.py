from __future__ import annotations

import random
from pathlib import Path

import pytest

from index import Filters, sync
from index.store import words
from index.store.catalogue import Catalogue
from tests.fakes import HashedWords

COMMON, RARE = "harbour council water bridge mayor".split(), "quay dredger ferry toll".split()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2,000 short notes in which some words are everywhere and some are not."""
    chance = random.Random(1)
    folder = tmp_path_factory.mktemp("notes")
    rows = [
        " ".join(chance.choices(COMMON, k=chance.randrange(2, 12)) + chance.choices(RARE, k=chance.random() < 0.2))
        for _ in range(2000)
    ]
    (folder / "notes.csv").write_text("id,text\n" + "\n".join(f"{n},{row}" for n, row in enumerate(rows)))
    return folder


QUERIES = (
    "harbour",
    "harbour council",
    "harbour council water bridge",
    "quay harbour council",
    "dredger quay",
    "ferry toll bridge mayor harbour",
    "zeppelin harbour bridge",
    "harbours harbour harbour's council",
    "the of and",
    "",
)


def test_what_is_left_out_could_not_have_been_among_the_best(
    many: Path, tmp_path: Path, hashed_words: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync([many], tmp_path / "index")
    catalogue = Catalogue(tmp_path / "index")
    with catalogue.snapshot() as state:
        assert state.counts().passages == 2000
        every = [state.matching_words(q, n) for q in QUERIES for n in (1, 10, 60)]
        monkeypatch.setattr(words, "FEW", 0)
        assert [state.matching_words(q, n) for q in QUERIES for n in (1, 10, 60)] == every
    catalogue.close()


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (0.0, None),
        (2.0, "(a OR (b OR c))"),
        (4.0, "(a OR (b AND c))"),
        (6.0, "(a AND (b OR c))"),
        (9.0, "(a AND (b AND c))"),
        (11.0, ""),
    ],
)
def test_only_what_can_reach_the_threshold_is_scored(threshold: float, expected: str | None) -> None:
    assert words._needed([("a", 5.0), ("b", 3.0), ("c", 2.0)], threshold) == expected


def test_a_selection_is_searched_alone(many: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    sync([many], tmp_path / "index")
    catalogue = Catalogue(tmp_path / "index")
    with catalogue.snapshot() as state:
        best = state.matching_words("quay harbour", 5)
        documents = [state.passages([number])[number].document_id for number, _ in best]
        among = state.select(Filters(documents=tuple(documents[1:3])))
        assert state.matching_words("quay harbour", 5, among) == [best[1], best[2]]
    catalogue.close()

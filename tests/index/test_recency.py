from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from index import Filters, Hit, Passage, Retriever, sync
from index.recency import LEAST, UNDATED, newer_first, recency
from tests.fakes import HashedWords

TODAY = date(2025, 3, 18)


def hit(document: str, score: float, published: datetime | None) -> Hit:
    return Hit(Passage(document, "The dam broke.", 0, 14, published=published), score)


OLD, NEW = hit("old", 0.8, datetime(2019, 1, 1)), hit("new", 0.7, datetime(2025, 3, 17))


def test_a_score_falls_with_age_and_no_further_than_to_its_least() -> None:
    assert [round(recency(day, TODAY), 2) for day in (TODAY, date(2025, 1, 17), date(1950, 1, 1))] == [1.0, 0.79, LEAST]
    assert recency(date(2026, 1, 1), TODAY) == 1.0
    assert recency(None, TODAY) == UNDATED


def test_of_what_matches_about_as_well_the_newer_comes_first() -> None:
    assert [h.passage.document_id for h in newer_first("Why did the dam break?", [OLD, NEW], TODAY)] == ["new", "old"]
    better = hit("old", 2.0, datetime(2019, 1, 1))
    assert newer_first("Why did the dam break?", [better, NEW], TODAY)[0].passage.document_id == "old"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Why did the dam break in 2019?", "old"),
        ("Which dam broke twenty years ago?", "old"),
        ("Which dam broke this week?", "new"),
    ],
)
def test_a_question_that_names_a_time_that_lies_back_is_left_alone(query: str, first: str) -> None:
    assert newer_first(query, [OLD, NEW], TODAY)[0].passage.document_id == first


def test_a_search_counts_from_the_newest_document_or_the_day_it_is_asked_on(
    tmp_path: Path, hashed_words: HashedWords
) -> None:
    for day in ("2019-01-01", "2022-01-01", "2025-01-01"):
        (tmp_path / f"{day} dam.txt").write_text(f"The dam broke again, reports say of number {day[3]}.")
    sync([tmp_path], tmp_path / "index")
    retriever = Retriever.open(tmp_path / "index", reader=None)

    def years(recent: bool = True, as_of: date | None = None) -> list[str]:
        hits = retriever.search("dam broke reports", k=9, filters=Filters(as_of=as_of), recent=recent)
        return [h.passage.document_id[:4] for h in hits]

    assert years()[0] == "2025"
    assert years(as_of=date(2022, 2, 1))[0] == "2022"
    assert years(recent=False) == sorted(years(recent=False))
    retriever.close()

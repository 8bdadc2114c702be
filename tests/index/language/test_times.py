from __future__ import annotations

from datetime import date

import pytest

from index.language.times import as_of, time_expressions

WRITTEN = date(2025, 3, 20)
"""A Thursday."""


def days(text: str) -> list[str]:
    return [f"{t.first.isoformat()} {t.last.isoformat()}" for t in time_expressions(text, WRITTEN)]


def one(day: str) -> list[str]:
    return [f"{day} {day}"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It fell on Tuesday.", one("2025-03-18")),
        ("It fell on Thursday.", one("2025-03-20")),
        ("It will fall on Tuesday.", one("2025-03-25")),
        ("It fell last Tuesday night.", one("2025-03-18")),
        ("It falls next Friday.", one("2025-03-21")),
        ("It fell yesterday morning.", one("2025-03-19")),
        ("It fell on March 18.", one("2025-03-18")),
        ("It fell on Tuesday, March 18, 2025.", one("2025-03-18")),
        ("It fell on 18 March.", one("2025-03-18")),
        ("It fell on 3/18/2025.", one("2025-03-18")),
        ("It fell on Dec. 30.", one("2024-12-30")),
        ("It is due on Dec. 30.", one("2025-12-30")),
        ("It lasted from March 14-16.", ["2025-03-14 2025-03-16"]),
        ("It fell in February.", ["2025-02-01 2025-02-28"]),
        ("It fell last December.", ["2024-12-01 2024-12-31"]),
        ("It fell in November 2019.", ["2019-11-01 2019-11-30"]),
        ("It has grown since 2000.", ["2000-01-01 2000-12-31"]),
        ("It grew in the 1990s.", ["1990-01-01 1999-12-31"]),
        ("It fell last week.", ["2025-03-10 2025-03-16"]),
        ("It fell over the weekend.", ["2025-03-15 2025-03-16"]),
        ("It fell two years ago.", ["2023-01-01 2023-12-31"]),
        ("It fell a month ago.", ["2025-02-01 2025-02-28"]),
        ("It fell three days ago.", one("2025-03-17")),
        ("It fell over the past three days.", ["2025-03-17 2025-03-20"]),
        ("It grew in the fourth quarter of 2024.", ["2024-10-01 2024-12-31"]),
        ("It grew in the latest quarter.", ["2024-10-01 2024-12-31"]),
        ("It closes at 9 a.m. and stays open until 9 a.m. Tuesday.", one("2025-03-25")),
        ("It grew in the year ended Dec. 31.", one("2024-12-31")),
        ("It runs to the end of the year.", ["2025-01-01 2025-12-31"]),
        ("It began in nineteen ninety-one.", ["1991-01-01 1991-12-31"]),
        ("It grew in the late eighties.", ["1980-01-01 1989-12-31"]),
        ("It grew in the late '80s.", ["1980-01-01 1989-12-31"]),
        ("It is set for the week of May 7.", ["2025-05-05 2025-05-11"]),
        ("It fell over the summer of 2024.", ["2024-06-01 2024-08-31"]),
        ("It fell on Thanksgiving Day.", one("2024-11-28")),
        ("It is due before Memorial Day.", one("2025-05-26")),
    ],
)
def test_an_expression_means_days_seen_from_the_day_of_writing(text: str, found: list[str]) -> None:
    assert days(text) == found


@pytest.mark.parametrize("text", ["They may march on.", "It cost $2000.", "2,000 people came.", "On February 31."])
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert days(text) == []


def test_spans_are_exact_and_in_order() -> None:
    text = "After Monday's storm, and until next week, roads stay shut."
    assert [text[t.start : t.end] for t in time_expressions(text, WRITTEN)] == ["Monday", "next week"]


def test_a_year_earlier_is_the_quarter_that_is_spoken_of() -> None:
    assert days("Sales fell in the third quarter from those a year earlier.") == [
        "2024-07-01 2024-09-30",
        "2023-07-01 2023-09-30",
    ]
    assert days("Sales fell from those of a year earlier.") == ["2024-01-01 2024-12-31"]


def test_the_day_a_text_speaks_for() -> None:
    assert as_of("As of Monday, 12 had died.", WRITTEN) == date(2025, 3, 17)
    assert as_of("It will open as of April 2.", WRITTEN) is None
    assert as_of("On Monday 12 had died.", WRITTEN) is None

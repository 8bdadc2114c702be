from __future__ import annotations

import pytest

from index.language.moments import CALENDAR, MONTHS, WEEKDAYS, dated, missing_moments, moments


def test_dates_and_times_are_compared_as_such() -> None:
    assert missing_moments("On 18 March at 11 p.m.", "It was March 18, 2025, 23:00.") == []
    assert missing_moments("On Wednesday, 19 March", "On Tuesday, March 18") == ["19 March", "Wednesday"]
    assert missing_moments("ten minutes to midnight", "at 23:50") == []


@pytest.mark.parametrize("text", ["They may march on.", "May it rain?", "March on!", "It cost 10.50."])
def test_a_month_that_is_a_verb_too_needs_more_around_it(text: str) -> None:
    assert moments(text) == frozenset()


def test_what_is_no_moment_is_left_to_count_in() -> None:
    found = dated("On 2025-03-18 at 9:30 a.m. 12 people came.")
    assert {m.kind for m in found.moments} == {"day", "month", "minute"}
    assert found.years == ("2025",)
    assert "12 people" in found.rest
    assert "30" not in found.rest


def test_the_calendar_is_one() -> None:
    assert (MONTHS[0], MONTHS[11], len(MONTHS)) == ("January", "December", 12)
    assert (WEEKDAYS[0], len(WEEKDAYS)) == ("Monday", 7)
    assert {"sept", "march", "friday"} <= CALENDAR

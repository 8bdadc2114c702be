from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.dates import published_of, when


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2031-03-04", datetime(2031, 3, 4)),
        ("2031-03-04T08:00:00Z", datetime(2031, 3, 4, 8, tzinfo=UTC)),
        ("4 March 2031", datetime(2031, 3, 4)),
        ("202503050800", datetime(2025, 3, 5, 8)),
        ("Mon Mar 03 08:05:00 +0000 2025", datetime(2025, 3, 3, 8, 5, tzinfo=UTC)),
        ("05.03.2025", datetime(2025, 3, 5)),
        ("5 March 2025, 10:30 CET", datetime(2025, 3, 5, 10, 30)),
        ("Wed, 05 Mar 2025 10:30:00 GMT", datetime(2025, 3, 5, 10, 30, tzinfo=UTC)),
        ("Wed, 05 Mar 2025 10:30:00 +0200", datetime(2025, 3, 5, 8, 30, tzinfo=UTC)),
        ("05.03.2025 10:30", datetime(2025, 3, 5, 10, 30)),
        (date(2031, 3, 4), datetime(2031, 3, 4)),
        (20310304, datetime(2031, 3, 4)),
        (1741161600, datetime(2025, 3, 5, 8, tzinfo=UTC)),
        (1741161600000, datetime(2025, 3, 5, 8, tzinfo=UTC)),
        ("1741161600.000100", datetime(2025, 3, 5, 8, 0, 0, 100, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_stated(stated: object, day: datetime) -> None:
    assert when(stated) == day


@pytest.mark.parametrize(
    "stated",
    [
        "soon", "May 1920", "2025-02-30", "1931-00-00", "", None, True, [2025], {}, 7, float("nan"), float("inf"), 1e400,
        1741161600000000, 2**70, "9" * 5000, "9999-12-31T23:59:59-14:00", "2025-03-05 10:00 +9999",
    ],
)  # fmt: skip
def test_what_is_no_day_is_none(stated: object) -> None:
    assert when(stated) is None


@given(st.one_of(st.text(alphabet="0123456789 -:.TZ+/ amp", max_size=40), st.integers(), st.floats(), st.datetimes()))
def test_what_comes_out_can_be_compared_and_written(stated: object) -> None:
    found = when(stated)
    assert found is None or (found.isoformat() and found.astimezone(UTC) if found.tzinfo else True)


def test_a_date_line_comes_before_the_file_name() -> None:
    assert published_of("Title here\nPublished: 4 March 2031\n\nText.", "2030-01-01") == datetime(2031, 3, 4)
    assert published_of("Title here\n2031-03-04\n\nText.", "2030-01-01") == datetime(2031, 3, 4)
    assert published_of("Title here\nTuesday, March 4, 2031\nText.", "a") == datetime(2031, 3, 4)
    assert published_of("The year 2031 in pictures\nElections of March 2031\nText.", "a") is None
    assert published_of("Text.", "20300102-report") == datetime(2030, 1, 2)
    assert published_of("Text.", "20250230-report") is None
    assert published_of("Text.", "1998-2004 archive") is None

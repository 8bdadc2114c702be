from __future__ import annotations

from datetime import UTC, datetime

import pytest

from index.posts import NO_POST, is_heading, post_of, posts

PAGE = "Live: the final\n10:31 p.m. - It goes to penalties\nNobody scores.\nMarch 23, 12:05 a.m. - They go home\nIt rains.\nMORE\nRead on."
STARTED = datetime(2031, 3, 22, 19, 30, tzinfo=UTC)


def test_a_post_is_written_at_the_time_above_it() -> None:
    found = {text: post_of((PAGE.index(text), PAGE.index(text) + 5), posts(PAGE, STARTED)) for text in
             ("Live", "Nobody", "It rains", "Read on")}  # fmt: skip
    assert found["Nobody"].line == "10:31 p.m. - It goes to penalties"
    assert found["Nobody"].written == datetime(2031, 3, 22, 22, 31, tzinfo=UTC)
    assert found["It rains"].written == datetime(2031, 3, 23, 0, 5, tzinfo=UTC)
    assert [found[text].line for text in ("Live", "Read on")] == ["", ""]


def test_a_page_without_times_has_no_posts() -> None:
    assert posts("A heading\nThe call started at 10:00 a.m. and ended soon after.", STARTED) == []
    assert post_of((0, 5), []) == NO_POST


def test_a_post_of_a_page_without_a_day_has_its_line_alone() -> None:
    post = posts("9:20 - Blast heard\nWindows broke.", None)[0]
    assert (post.line, post.written) == ("9:20 - Blast heard", None)


@pytest.mark.parametrize(
    ("line", "heading"),
    [("After 12:35 p.m. ET", True), ("BARACK OBAMA", True), ("- one of a list", False), ("He left at 9:20.", False)],
)
def test_what_stands_above_others_is_a_heading(line: str, heading: bool) -> None:
    assert is_heading(line) is heading

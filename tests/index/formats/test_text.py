from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from index import Document


def test_the_first_line_is_the_title_and_a_date_line_the_day(tmp_path: Path, one: Callable[[Path], Document]) -> None:
    path = tmp_path / "report.txt"
    path.write_text("Treaty signed\nDate: 4 March 2031\n\nIt was signed in Geneva.\n")
    document = one(path)
    assert (document.title, document.published) == ("Treaty signed", datetime(2031, 3, 4))
    assert document.text == "Treaty signed\nDate: 4 March 2031\n\nIt was signed in Geneva.\n"


def test_without_them_the_file_name_serves(tmp_path: Path, one: Callable[[Path], Document]) -> None:
    path = tmp_path / "2031-03-04 geneva.txt"
    path.write_text("It was signed in Geneva.")
    assert (one(path).title, one(path).published) == ("2031-03-04 geneva", datetime(2031, 3, 4))

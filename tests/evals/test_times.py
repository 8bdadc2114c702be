from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from evals.times import FILE, days_of, labelled, main


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("1998-02-06T20:00", (date(1998, 2, 6), date(1998, 2, 6))),
        ("1998-W06-WE", (date(1998, 2, 7), date(1998, 2, 8))),
        ("1998-Q4", (date(1998, 10, 1), date(1998, 12, 31))),
        ("1998-WI", (date(1998, 12, 1), date(1999, 2, 28))),
        ("199", (date(1990, 1, 1), date(1999, 12, 31))),
        ("P3D", None),
        ("PRESENT_REF", None),
    ],
)
def test_a_value_of_timex3_is_days_or_nothing(value: str, days: tuple[date, date] | None) -> None:
    assert days_of(value) == days


def test_shares_are_printed_for_both_halves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {
            "id": str(n), "published": "1998-02-06", "text": "It fell on Monday, or soon.",
            "timex": [{"start": 11, "end": 17, "type": "DATE", "value": "1998-02-02"},
                      {"start": 22, "end": 26, "type": "DATE", "value": "1998-02-07"}],
        }
        for n in range(40)
    ]  # fmt: skip
    file = tmp_path / "all.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    monkeypatch.setattr("sys.argv", ["times", "--file", str(file)])
    main()
    held_out = capsys.readouterr().out.splitlines()[1]
    assert "found 0.500, exact 0.500, of the found 1.000" in held_out


@pytest.mark.skipif(not FILE.is_file(), reason="labelled newswire is not beside the repository")
def test_four_of_five_labelled_expressions_are_resolved_exactly(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sum(1 for _ in labelled()) > 900
    monkeypatch.setattr("sys.argv", ["times"])
    main()
    held_out = capsys.readouterr().out.splitlines()[1]
    assert float(held_out.split("exact ")[1].split(",")[0]) >= 0.80

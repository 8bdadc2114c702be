from __future__ import annotations

import pytest

from index.language.amounts import amounts, missing_amounts


@pytest.mark.parametrize(
    ("claimed", "held"),
    [
        ("175 people", "one hundred and seventy-five people"),
        ("$43 bn", "43 billion dollars"),
        ("640m crowns", "640 million crowns"),
        ("60%", "60 percent"),
        ("1,200", "1200.0"),
        ("a dozen boats", "12 boats"),
        ("about 40,000 people", "38,500 people"),
        ("more than 38,000 cars", "38,200 cars"),
        ("1.9 billion crowns", "1,871 million crowns"),
        ("the two countries", "Velmar and Karsova"),
    ],
)
def test_one_number_has_many_forms(claimed: str, held: str) -> None:
    assert missing_amounts(claimed, held) == []


@pytest.mark.parametrize(
    ("claimed", "held"),
    [
        ("175 people", "185 people"),
        ("$43 bn", "$43 million"),
        ("43 euros", "43 dollars"),
        ("more than 40,000 cars", "38,200 cars"),
        ("17th-century", "18th-century"),
        ("1.9 billion", "1,961 million"),
        ("three months", "two months"),
    ],
)
def test_another_number_is_missing(claimed: str, held: str) -> None:
    assert len(missing_amounts(claimed, held)) == 1


def test_days_are_not_counted_and_their_years_are() -> None:
    assert amounts("On 18 March 2025") == amounts("in 2025")

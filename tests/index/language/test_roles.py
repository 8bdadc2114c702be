from __future__ import annotations

from index.language.roles import swapped


def test_names_and_numbers_that_changed_places() -> None:
    assert swapped("Lindhaven beat Merrow.", "Merrow beat Lindhaven.") == ("Lindhaven", "Merrow")
    assert swapped("Lindhaven was beaten by Merrow.", "Merrow beat Lindhaven.") is None
    assert swapped("It fell to 6.7 from 6.4 percent.", "It fell to 6.4 percent from 6.7 percent.") is None
    assert swapped("It fell to 6.7 percent from 6.4 percent.", "It fell to 6.4 percent from 6.7 percent.") == (
        "6.7",
        "6.4",
    )

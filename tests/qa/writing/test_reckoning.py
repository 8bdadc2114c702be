from __future__ import annotations

from datetime import UTC, date, datetime

from index.language.amounts import Amount
from qa.asking.compound import Compound
from qa.writing.reckoning import amount_of, computed, day_of, reckoned


def test_a_weekday_is_the_last_one_before_publication() -> None:
    published = datetime(2031, 3, 20, 13, tzinfo=UTC)  # a Thursday
    assert day_of("Friday", "", published) == (date(2031, 3, 14), True)
    assert day_of("Thursday", "", published) == (date(2031, 3, 20), True)
    assert day_of("April 2", "", published) == (date(2031, 4, 2), True)
    assert day_of("", "Nothing is said of a day.", published) == (date(2031, 3, 20), False)
    assert day_of("", "Nothing is said of a day.", None) is None


def test_days_are_reckoned_by_code() -> None:
    days = [(date(2031, 3, 14), True), (date(2031, 3, 20), True)]
    span = Compound("span", ("", ""), ("the theft", "the arrest"))
    assert reckoned(span, days) == "From 14 March 2031 to 20 March 2031: 6 days."
    first = Compound("first", ("", ""), ("the theft", "the arrest"))
    assert reckoned(first, days[::-1]).startswith("First: the arrest, 14 March 2031; then: the theft")
    unsure = [(date(2031, 3, 14), False), (date(2031, 3, 14), True)]
    assert "dates of the reports" in reckoned(first, unsure)


def test_amounts_are_reckoned_by_code_and_only_in_one_unit() -> None:
    difference = Compound("difference", ("", ""))
    one, two = amount_of("1.42 million", ""), amount_of("690,000", "")
    assert one is not None
    assert two is not None
    assert computed(difference, [one, two]) == "1.42 million − 690,000 = 730,000."
    assert computed(Compound("sum", ("", "")), [one, two]) == "1.42 million + 690,000 = 2,110,000 (2.11 million)."
    assert computed(difference, [Amount(5, "%", written="5 percent"), Amount(3, written="3")]) is None
    assert amount_of("", "Between 3 and 5 came.") is None


def test_the_side_with_more_is_named_first() -> None:
    def weighed(word: str, one: str, two: str) -> str | None:
        a, b = amount_of(one, ""), amount_of(two, "")
        assert a is not None
        assert b is not None
        return computed(Compound("more", ("", ""), ("in Lindhaven", "in Merrow"), word), [a, b])

    assert weighed("more", "1,900", "16,000") == "More: Merrow, 16,000; Lindhaven: 1,900."
    assert weighed("younger", "67", "68") == "Younger: Lindhaven, 67; Merrow: 68."
    assert weighed("older", "67", "67") == "Both: 67."

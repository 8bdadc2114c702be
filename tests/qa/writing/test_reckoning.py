from __future__ import annotations

from datetime import UTC, date, datetime

from index import Hit, Passage, Reader, Reading
from index.language.amounts import Amount
from qa.asking.compound import Compound, taken_apart
from qa.writing.reckoning import amount_of, computed, day_of, reckon, reckoned


def readings(compound: Compound, *texts: str) -> list[Reading]:
    reader = Reader.open()
    hits = [Hit(Passage(f"d{n}", t, 0, len(t), title=t.split(",")[0]), 1.0) for n, t in enumerate(texts)]
    return [reader.reading(reader.ranking(part, [hit])) for part, hit in zip(compound.parts, hits, strict=True)]


def test_a_pronoun_stands_for_the_side_that_its_passage_is_about() -> None:
    compound = taken_apart("Who was older when he died, Ivo Roe or Max Lund?")
    assert compound is not None
    roe = "Ivo Roe, the painter, was 68 when he died."
    drawn = reckon(compound, readings(compound, roe, "Max Lund, a singer, has died. He was 67."))
    assert drawn is not None
    assert [s.text for s in drawn.sentences][-1] == "Older: Ivo Roe, 68; Max Lund: 67."
    assert drawn.citations[1].quote == "He was 67."


def test_a_side_of_another_year_is_not_weighed() -> None:
    compound = taken_apart("Which cut more jobs: Norrvind in 2031 or Telkars in 2029?")
    assert compound is not None
    norrvind = "Norrvind, a shipyard, cut 1,900 jobs in 2031."
    assert reckon(compound, readings(compound, norrvind, "Telkars, a bank, cut 300 jobs in 2029.")) is not None
    assert reckon(compound, readings(compound, norrvind, "Telkars, a bank, cut 300 jobs in 2025.")) is None


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

from __future__ import annotations

from datetime import date

import pytest

from qa.answers import Asked
from qa.asking.archive import archive_question
from qa.asking.asked import asked_of
from qa.asking.overview import overview_question

TODAY = date(2025, 3, 18)


@pytest.mark.parametrize(
    ("question", "time", "period"),
    [
        ("How many have resigned so far?", "latest", "the latest state"),
        ("Who resigned yesterday?", "days", "17 March 2025"),
        ("What was said between March 3 and March 7?", "days", "3 March 2025 to 7 March 2025"),
        ("Who has resigned since March 3?", "days", "since 3 March 2025"),
        ("When did Casimir Roe resign?", "when", ""),
        ("In which year was the bridge built?", "when", ""),
        ("Why did Casimir Roe resign?", "none", ""),
    ],
)
def test_the_time_that_counts(question: str, time: str, period: str) -> None:
    asked = asked_of(question, TODAY)
    assert (asked.time, asked.period) == (time, period)


def test_the_subject_is_the_question_without_its_question_word_and_its_time() -> None:
    assert asked_of("Who resigned from the board yesterday?", TODAY).subject == "resigned from the board"


def test_whose_words_or_articles_are_asked_for() -> None:
    assert asked_of("What did Casimir Roe say about the gates?", TODAY).author == "Casimir Roe"
    of_the_archive = archive_question("How many articles by Ann Roe are there on bees?", TODAY)
    assert asked_of("", TODAY, of_the_archive) == Asked("bees", "Ann Roe")


def test_what_the_catalogue_answers_says_its_subject_and_days() -> None:
    newest = archive_question("What is the newest article on bees?", TODAY)
    assert asked_of("", TODAY, newest) == Asked("bees", "", "latest")
    told = overview_question("What happened on March 7?", TODAY)
    assert asked_of("", TODAY, told) == Asked("", "", "days", date(2025, 3, 7), date(2025, 3, 7))

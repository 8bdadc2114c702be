from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from index import AnswerSpan, Filters, Hit, Passage
from index.documents import TimeExpression
from qa.asking.when import NOTHING_NEWER, TimeAsked, reference_day, time_asked, without_days

TODAY = date(2025, 3, 20)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many have resigned so far?", TimeAsked("latest")),
        ("Who runs the post office?", TimeAsked("latest")),
        ("Is the bridge open?", TimeAsked("latest")),
        ("Who signed the treaty?", TimeAsked()),
        ("When was the bridge built?", TimeAsked()),
        ("Who was the first mayor?", TimeAsked()),
        ("How many were hurt in March 2019?", TimeAsked()),
        ("Who resigned yesterday?", TimeAsked("days", date(2025, 3, 19), date(2025, 3, 19))),
        ("What did the mayor say last week?", TimeAsked("days", date(2025, 3, 10), date(2025, 3, 16))),
    ],
)
def test_a_question_is_about_the_latest_certain_days_or_no_time(question: str, asked: TimeAsked) -> None:
    assert time_asked(question, TODAY) == asked


def hit(text: str, published: datetime | None) -> Hit:
    return Hit(Passage("d", text, 0, len(text), published=published), 1.0)


OLD = hit("Two hundred are without power.", datetime(2025, 1, 2))
NEW = hit("Three hundred are without power.", datetime(2025, 3, 18))
BOTH = [OLD, NEW]


def span(passage: int, score: float) -> AnswerSpan:
    return AnswerSpan(passage, 0, 10, 0, 5, score)


def test_of_what_is_about_as_good_the_newest_comes_first_and_scores_stay() -> None:
    spans = [span(0, 0.6), span(1, 0.5)]
    assert TimeAsked("latest").weighed(spans, BOTH) == (span(1, 0.5), span(0, 0.6))
    assert TimeAsked().weighed(spans, BOTH) == tuple(spans)


def test_what_is_new_and_beside_the_matter_moves_nothing() -> None:
    assert TimeAsked("latest").weighed([span(0, 0.9), span(1, 0.01)], BOTH)[0] == span(0, 0.9)


def test_certain_days_are_those_of_publication_or_those_spoken_of() -> None:
    asked = TimeAsked("days", date(2025, 3, 18), date(2025, 3, 18))
    day = TimeExpression(13, 21, date(2025, 3, 18), date(2025, 3, 18))
    spoken_of = Hit(Passage("d", "It failed on March 18.", 0, 22, published=datetime(2025, 5, 1), times=(day,)), 1.0)
    assert [asked.fit(h, NOTHING_NEWER) for h in (NEW, spoken_of, hit("No day.", None))] == [1.0, 1.0, 1.0]
    assert asked.fit(OLD, NOTHING_NEWER) < 0.5


def test_besides_is_searched_among_documents_of_the_days_and_of_two_more() -> None:
    asked = TimeAsked("days", date(2025, 3, 18), date(2025, 3, 18))
    assert asked.among(Filters(authors=("Roe",))) == Filters(
        authors=("Roe",), spoken_of=(date(2025, 3, 18), date(2025, 3, 20))
    )
    assert TimeAsked("latest").among(None) is None


def test_of_the_posts_of_a_live_page_the_later_counts_for_more() -> None:
    began = datetime(2025, 3, 18, 9, 20)
    posts = [
        Hit(Passage("live", "x" * 10, 0, 10, published=began, posted=began + timedelta(hours=h)), 1.0) for h in (0, 5)
    ]
    spans = [span(0, 0.6), span(1, 0.4)]
    assert TimeAsked("latest").weighed(spans, posts) == (span(1, 0.4), span(0, 0.6))


def test_a_day_without_a_year_is_counted_from_where_the_archive_ends() -> None:
    asked, latest = date(2026, 11, 25), date(2025, 4, 1)
    assert reference_day("What happened on 7 March?", asked, latest) == latest
    assert reference_day("What happened on 7 March 2026?", asked, latest) == asked
    assert reference_day("What happened yesterday?", asked, latest) == asked
    assert reference_day("What happened last March?", asked, latest) == asked
    assert reference_day("What happened on 7 March?", asked, None) == asked


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Who resigned from the board yesterday?", "Who resigned from the board?"),
        ("What was said over the past two weeks about the gates?", "What was said about the gates?"),
        ("Who won the cup last night and by what score?", "Who won the cup and by what score?"),
        ("Why were this year's awards moved?", "Why were this year's awards moved?"),
        ("Who resigned on March 3?", "Who resigned on March 3?"),
    ],
)
def test_the_subject_is_read_without_the_days_counted_from_today(question: str, subject: str) -> None:
    assert without_days(question, date(2025, 3, 18)) == subject

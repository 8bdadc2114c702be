from __future__ import annotations

from datetime import date

import pytest

from qa.asking.overview import OverviewQuestion, overview_question

TODAY = date(2025, 3, 20)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What has happened with the treaty so far?", OverviewQuestion("the treaty")),
        ("What's been going on with Port Merrow?", OverviewQuestion("Port Merrow")),
        ("Give me a short overview of the flood.", OverviewQuestion("the flood")),
        ("Summarise the trial", OverviewQuestion("the trial")),
        ("timeline of the strike", OverviewQuestion("the strike")),
        ("How did the siege unfold?", OverviewQuestion("the siege")),
        (
            "What has happened with the treaty since February?",
            OverviewQuestion("the treaty", since=date(2025, 2, 1)),
        ),
        ("Summarise the article about the hospital.", OverviewQuestion("the hospital")),
        ("What happened on 7 March?", OverviewQuestion("", date(2025, 3, 7), date(2025, 3, 7))),
    ],
)
def test_a_course_of_events_is_asked_for(question: str, asked: OverviewQuestion) -> None:
    assert overview_question(question, TODAY) == asked


@pytest.mark.parametrize(
    "question", ["What happened in Ostrell?", "What happened on Monday in Ostrell?", "Who gave a summary?"]
)
def test_a_single_event_is_not(question: str) -> None:
    assert overview_question(question, TODAY) is None

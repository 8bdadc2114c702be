from __future__ import annotations

from datetime import date

import pytest

from qa.asking.archive import ArchiveQuestion, archive_question

TODAY = date(2025, 3, 20)
MARCH_10 = date(2025, 3, 10)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many articles are there?", ArchiveQuestion("count", "articles")),
        ("How many stories do you have on bees?", ArchiveQuestion("count", "stories", topic="bees")),
        ("how many articles mention Tarsi?", ArchiveQuestion("count", "articles", topic="Tarsi")),
        ("Which articles did Ann Roe write?", ArchiveQuestion("list", "articles", author="Ann Roe")),
        ("What did Ann Roe write about bees?", ArchiveQuestion("list", "documents", author="Ann Roe", topic="bees")),
        ("List all reports by the Post's Ann Roe", ArchiveQuestion("list", "reports", author="Ann Roe")),
        ("What was reported on 10 March?", ArchiveQuestion("list", "documents", since=MARCH_10, until=MARCH_10)),
        ("Which articles are there since 10 March?", ArchiveQuestion("list", "articles", since=MARCH_10)),
        ("How many pieces appeared before 11 March?", ArchiveQuestion("count", "pieces", until=MARCH_10)),
        ("What is the newest article about the treaty?", ArchiveQuestion("newest", "article", topic="treaty")),
        ("Show me the oldest documents", ArchiveQuestion("oldest", "documents")),
        ("What is the latest article about?", ArchiveQuestion("newest", "article")),
        ("Which article is the oldest?", ArchiveQuestion("oldest", "article")),
        ("the newest on the flood", ArchiveQuestion("newest", "document", topic="flood")),
    ],
)
def test_the_catalogue_is_asked(question: str, asked: ArchiveQuestion) -> None:
    assert archive_question(question, TODAY) == asked


@pytest.mark.parametrize(
    "question",
    [
        "How many reports did the police receive?",
        "How many stories does the tower have?",
        "What did Ann Roe write in her letter?",
        "What was reported on Monday by the police?",
        "What happened on 10 March?",
        "Which story won the prize?",
        "What did Ann Roe write to the minister on 10 March?",
        "Which reports did the committee publish?",
    ],
)
def test_the_world_is_asked(question: str) -> None:
    assert archive_question(question, TODAY) is None

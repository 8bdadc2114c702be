from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index import Retriever, sync
from qa import Answer, Answerer

ARTICLES = {
    "one.md": "---\ntitle: Bees of Sarrow\nauthor: Ann Roe\ndate: 2031-03-01\n---\nThe bees of Sarrow are back. They hum.",
    "two.md": "---\ntitle: A hive burns\nauthor: Ann Roe and Bob Doe\ndate: 2031-03-04\n---\nA hive of bees burnt in Ostrell.",
    "three.md": "---\ntitle: Boats\nauthor: Bob Doe\ndate: 2031-03-04\n---\nTwo boats left Sarrow. A keeper of bees was on board.",
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    index: Path = tmp_path_factory.mktemp("listing") / "index"
    sync([folder], index)
    retriever = Retriever.open(index)
    yield Answerer(retriever)
    retriever.close()


def exact(answer: Answer, retriever: Retriever) -> bool:
    return all(retriever.document(c.document_id).text[c.start : c.end] == c.quote for c in answer.citations)


def test_articles_are_counted_named_and_cited(answerer: Answerer) -> None:
    answer = answerer.answer("How many articles by Ann Roe are there?")
    assert answer.text.splitlines() == [
        "2 articles by Ann Roe: [1][2]",
        "“A hive burns” (Ann Roe and Bob Doe, 2031-03-04) [1]",
        "“Bees of Sarrow” (Ann Roe, 2031-03-01) [2]",
    ]
    assert [c.document_id for c in answer.citations] == ["two.md", "one.md"]
    assert exact(answer, answerer.retriever)


def test_a_day_and_a_subject_select(answerer: Answerer) -> None:
    of_a_day = answerer.answer("What was published on 4 March 2031?")
    assert {c.document_id for c in of_a_day.citations} == {"two.md", "three.md"}
    newest = answerer.answer("Which is the newest article about bees in Sarrow?")
    assert [c.document_id for c in newest.citations] == ["three.md"]
    assert answerer.answer("How many stories are there on hives?").text.startswith("1 story on hives: [1]")


def test_what_the_archive_does_not_have_is_refused_without_sources(answerer: Answerer) -> None:
    answer = answerer.answer("Which articles did Cato Lund write?")
    assert answer.abstained
    assert not answer.citations


def test_only_what_was_there_on_the_day_counts(answerer: Answerer) -> None:
    from index import Filters

    answer = answerer.answer("What is the newest article?", filters=Filters(as_of=date(2031, 3, 2)))
    assert [c.document_id for c in answer.citations] == ["one.md"]

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index import Filters, Retriever, sync
from qa import Answerer

REPORTS = {
    "first.txt": "Strike begins\nPublished: 2031-03-01\n\nThe dockers of Port Merrow laid down their work on Saturday.",
    "second.txt": "Talks over the strike\nPublished: 2031-03-05\n\nDockers of Port Merrow met the owners, and the strike went on.",
    "third.txt": "Strike ends\nPublished: 2031-03-09\n\nThe strike of the dockers in Port Merrow ended with a rise of 4 percent.",
    "copy.txt": "Strike ends\nPublished: 2031-03-10\n\nThe strike of the dockers in Port Merrow ended with a rise of 4 percent. It rained.",
    "other.txt": "Comet\nPublished: 2031-03-06\n\nA comet was discovered by a schoolgirl from Aldermouth this week.",
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    folder = tmp_path_factory.mktemp("reports")
    for name, text in REPORTS.items():
        (folder / name).write_text(text)
    index: Path = tmp_path_factory.mktemp("sequence") / "index"
    sync([folder], index)
    retriever = Retriever.open(index)
    yield Answerer(retriever)
    retriever.close()


def test_it_is_told_in_order_and_once(answerer: Answerer) -> None:
    answer = answerer.answer("What has happened with the strike of the dockers in Port Merrow?")
    days = [line[:10] for line in answer.text.splitlines()]
    assert days == sorted(days)
    assert days[0] == "2031-03-01"
    assert len(days) == 3
    assert "comet" not in answer.text
    for c in answer.citations:
        assert answerer.retriever.document(c.document_id).text[c.start : c.end] == c.quote


def test_as_of_a_day_nothing_later_is_told(answerer: Answerer) -> None:
    answer = answerer.answer("timeline of the strike in Port Merrow", filters=Filters(as_of=date(2031, 3, 6)))
    assert {c.document_id for c in answer.citations} == {"first.txt", "second.txt"}


def test_what_one_document_speaks_of_is_told_from_it(answerer: Answerer) -> None:
    answer = answerer.answer("What has happened with the comet?")
    assert [c.document_id for c in answer.citations] == ["other.txt"]


def test_what_none_speaks_of_is_refused(answerer: Answerer) -> None:
    answer = answerer.answer("What has happened with the election in Karsova?")
    assert answer.abstained
    assert not answer.citations

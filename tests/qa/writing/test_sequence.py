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


def test_all_that_was_reported_on_a_day_is_told(answerer: Answerer) -> None:
    answer = answerer.answer("What happened on 6 March 2031?")
    assert [c.document_id for c in answer.citations] == ["other.txt"]


def test_a_day_without_a_year_is_one_that_the_archive_reaches(answerer: Answerer) -> None:
    asked_later = Filters(as_of=date(2033, 11, 25))
    answer = answerer.answer("What happened on 6 March?", filters=asked_later)
    assert [c.document_id for c in answer.citations] == ["other.txt"]


def test_few_documents_are_told_from_more_than_one_sentence_each(tmp_path: Path) -> None:
    report = tmp_path / "fire.txt"
    report.write_text(
        "Fire at the mill\nPublished: 2031-03-06\n\nA fire destroyed the old mill of Sarrow in the night to Thursday.\n\n"
        "The flames were seen from as far away as the coast, where boats turned back to the harbour.\n\n"
        "The owner of the mill was taken to hospital with burns on both of his hands."
    )
    sync([report], tmp_path / "index")
    retriever = Retriever.open(tmp_path / "index")
    answer = Answerer(retriever).answer("What has happened with the mill of Sarrow?")
    assert "hospital" in answer.text
    assert len(answer.sentences) == 3
    retriever.close()

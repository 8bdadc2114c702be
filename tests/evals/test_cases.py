from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evals.cases import CORPORA, load
from index import Retriever, sync


@pytest.mark.parametrize("corpus", sorted(CORPORA))
def test_every_source_is_read_and_every_evidence_is_in_its_document(corpus: str, tmp_path: Path) -> None:
    report = sync([CORPORA[corpus]], tmp_path / "index")
    assert report.failed == []
    retriever = Retriever.open(tmp_path / "index", reader=None)
    texts = {d.id: d.text for d in retriever.documents()}
    cases = load(corpus, texts)
    assert len({c.id for c in cases}) == len(cases)
    assert all(bool(c.answers) == bool(c.evidence) for c in cases)
    assert all(d.published is not None and d.title for d in retriever.documents())
    retriever.close()


def test_there_are_enough_questions_of_every_kind_in_both_parts(tmp_path: Path) -> None:
    cases = []
    for corpus, source in CORPORA.items():
        sync([source], tmp_path / corpus)
        retriever = Retriever.open(tmp_path / corpus, reader=None)
        cases += load(corpus, {d.id: d.text for d in retriever.documents()})
        retriever.close()
    assert len(cases) >= 200
    kinds = Counter((c.part, c.category) for c in cases)
    for category in (
        "single fact",
        "who said it",
        "number",
        "date",
        "list",
        "why or how",
        "two documents",
        "follow-up",
        "unanswerable",
    ):
        assert kinds["development", category] > 0
        assert kinds["test", category] > 0

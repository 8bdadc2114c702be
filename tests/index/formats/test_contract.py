from __future__ import annotations

import pytest

from index import SourceError
from index.formats.contract import TITLE_CHARS, document


def test_every_field_can_be_stored() -> None:
    built = document("\udce9", "Te\ud800xt", title="A\n b\ud800", source="s\udcff", author="Mina\n Ro")
    assert (built.id, built.text, built.title) == (r"\xe9", "Te\ufffdxt", "A b\ufffd")
    assert (built.source, built.author) == (r"s\xff", "Mina Ro")


def test_a_title_is_cut_and_a_text_of_nothing_refused() -> None:
    assert len(document("a", "Text.", title="word " * 100).title) == TITLE_CHARS
    with pytest.raises(SourceError, match="no text"):
        document("a", " \n\u2003")

from __future__ import annotations

from datetime import datetime

import pytest

from index import Hit, Passage
from qa import BadQuestion
from qa.writing.prompts import answer_messages

HIT = Hit(Passage("d", "The treaty was signed.", 0, 22, title="Treaty", published=datetime(2031, 3, 4)), 1.0)


def test_passages_are_numbered_dated_and_fenced_by_a_marker_documents_cannot_know() -> None:
    (_, asked), shown = answer_messages("When?", "When?", [HIT], 8192, new_marker=lambda: "k7")
    assert shown == [HIT]
    assert "<passage 1 k7> (Treaty - 4 March 2031)\nThe treaty was signed.\n</passage 1 k7>" in asked.content
    (_, again), _ = answer_messages("When?", "When?", [HIT], 8192)
    (_, other), _ = answer_messages("When?", "When?", [HIT], 8192)
    assert again.content != other.content


def test_the_rewritten_question_is_shown_beside_the_original() -> None:
    (_, asked), _ = answer_messages("And when?", "When was the treaty signed?", [HIT], 8192)
    assert "Question: And when?\n(It means: When was the treaty signed?)" in asked.content


def test_a_question_that_leaves_no_room_is_an_error() -> None:
    with pytest.raises(BadQuestion, match="shorter"):
        answer_messages("why " * 400, "why", [HIT], 1500)

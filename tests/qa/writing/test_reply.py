from __future__ import annotations

import time

import pytest

from qa.checking.citations import Marked
from qa.writing.reply import Reply, StreamFilter, parsed, without_thinking


def test_each_sentence_has_the_numbers_that_stand_after_it() -> None:
    said = parsed("Here is the answer: It rained [1]. The river rose [2-4] and fell again [7].\n\nSources: [1], [2]")
    assert said.sentences == (Marked("It rained.", (1,)), Marked("The river rose and fell again.", (2, 3, 4, 7)))
    assert not said.refused


@pytest.mark.parametrize(
    "reply",
    [
        "NOT_IN_SOURCES",
        "NOT_IN_SOURCES.",
        "The passages do not mention the price.",
        "I don't know.",
        "There is no information about that in the text.",
        "<think>x</think>not in sources",
    ],
)
def test_a_refusal_is_a_refusal(reply: str) -> None:
    assert parsed(reply) == Reply((), refused=True)


def test_a_model_in_a_loop_says_it_once() -> None:
    assert len(parsed("The treaty runs for three years [1]. " * 30).sentences) == 1


@pytest.mark.parametrize(
    "reply",
    [
        "<think>1?</think>It rained.",
        "<Reasoning>1?\n\n2?</reasoning>It rained.",
        "1? 2?</thinking>It rained.",
        "It rained.<thought>Is that so",
    ],
)
def test_thinking_is_no_part_of_a_reply(reply: str) -> None:
    assert without_thinking(reply) == "It rained."


def test_a_reply_in_json_is_unwrapped_however_deep_it_is() -> None:
    assert parsed('{"answer": "It rained [1]."}').sentences == (Marked("It rained.", (1,)),)
    assert parsed('{"answer": "It rained [1].", "more": ' + "[" * 100_000).sentences == (Marked("It rained.", (1,)),)


@pytest.mark.parametrize(
    "bit", ["[", "](", "[](", "⁰", "<think>", "{", "\n sources:", "**", "1,", "【1", "passages ", "a. "]
)
def test_a_model_that_never_stops_is_read_in_no_time(bit: str) -> None:
    begun = time.perf_counter()
    parsed(bit * (8000 // len(bit)))
    assert time.perf_counter() - begun < 3


def test_a_stream_never_shows_half_a_mark_or_thinking() -> None:
    shown = StreamFilter()
    pieces = ["<th", "ink>secret", " thoughts</thi", "nk>It ", "ended [", "1", ",", "2] now <b", "ut>"]
    seen = [shown.feed(p) for p in pieces]
    assert "".join(seen) + shown.rest() == "It ended [1,2] now <but>"
    assert not any(s.endswith(("[", "[1", "[1,", "<")) for s in seen)

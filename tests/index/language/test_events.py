from __future__ import annotations

import pytest

from index.language.events import Event, asserts, contradicts, events


def one(sentence: str, verb: str) -> Event:
    return next(e for e in events(sentence) if e.verb == verb)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Merrow signed the pact.", Event(frozenset({"merrow"}), "sign", frozenset({"pact"}), False)),
        ("The pact was signed by Merrow.", Event(frozenset({"merrow"}), "sign", frozenset({"pact"}), False)),
        ("Merrow did not sign the pact.", Event(frozenset({"merrow"}), "sign", frozenset({"pact"}), True)),
        ("Merrow refused to sign the pact.", Event(frozenset({"merrow"}), "sign", frozenset({"pact"}), True)),
        ("Merrow declined the offer to sign the pact.", Event(frozenset({"merrow"}), "sign", frozenset({"pact"}), True)),
        ("Roe denied that Merrow had signed the pact.", Event(frozenset({"merrow"}), "sign", frozenset({"pact"}), True)),
        ("Roe said she would sign the pact.", Event(frozenset({"roe"}), "sign", frozenset({"pact"}), False)),
    ],
)  # fmt: skip
def test_who_does_what_to_whom(sentence: str, expected: Event) -> None:
    assert one(sentence, "sign") == expected


ASKED = one("Merrow signed the pact.", "sign")


@pytest.mark.parametrize(
    "sentence",
    [
        "Merrow did not sign the pact.",
        "The pact was never signed by Merrow.",
        "Merrow declined to sign it.",
    ],
)
def test_the_same_denied_contradicts(sentence: str) -> None:
    assert contradicts(one(sentence, "sign"), ASKED, f"The pact was ready. {sentence}")
    assert not asserts(one(sentence, "sign"), ASKED)


def test_the_opposite_and_the_other_way_round_contradict() -> None:
    accepted = one("Roe accepted the offer.", "accept")
    assert contradicts(one("Roe rejected the offer.", "reject"), accepted, "")
    beat = one("Roe defeated Tarsi.", "defeat")
    assert contradicts(one("Tarsi defeated Roe.", "defeat"), beat, "")


def test_what_ended_had_begun_and_what_is_left_open_is_no_event() -> None:
    began = one("The call began.", "begin")
    assert not contradicts(one("The call has ended.", "end"), began, "")
    assert [e.verb for e in events("Roe would not confirm whether the call has ended.")] == ["confirm"]


@pytest.mark.parametrize(
    "sentence", ["Merrow signed the pact.", "Sarrow did not sign the pact.", "Merrow did not sign the treaty."]
)
def test_the_same_event_or_another_does_not_contradict(sentence: str) -> None:
    assert not contradicts(one(sentence, "sign"), ASKED, sentence)

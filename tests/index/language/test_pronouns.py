from __future__ import annotations

import pytest

from index.language.pronouns import resolved


@pytest.mark.parametrize(
    ("sentence", "before", "shown"),
    [
        ("He said it was over.", "Dmitry Peskov told reporters on Tuesday.", "He [Dmitry Peskov] said it was over."),
        ('"She will return.', "Minister Linnea Croft resigned.", '"She [Linnea Croft] will return.'),
    ],
)
def test_a_pronoun_is_resolved_when_there_is_no_doubt(sentence: str, before: str, shown: str) -> None:
    assert resolved(sentence, before) == shown


@pytest.mark.parametrize(
    ("sentence", "before"),
    [
        ("He denied it.", "Aurel Tarsi met Linnea Croft."),  # two people
        ("He denied it.", "The White House said so."),  # no person
        ("He denied it.", "Aurel Tarsi said he would come."),  # another pronoun between
        ("He denied it.", ""),  # nothing before
        ("They denied it.", "Aurel Tarsi said so."),  # more than one
        ("It rained.", "Aurel Tarsi said so."),
        ("The minister said he would.", "Aurel Tarsi said so."),  # does not open the sentence
    ],
)
def test_otherwise_it_is_left_alone(sentence: str, before: str) -> None:
    assert resolved(sentence, before) == sentence

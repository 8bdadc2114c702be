"""Groups of texts as the reader learns from them; the labelled spans must be where the answer stands."""

from __future__ import annotations

import random

import numpy as np
import pytest
from tokenizers import Tokenizer

from evals.loaders.squad import Question
from evals.training.reader_data import Corpus, Groups, Target
from index.models.embedding import packaged_model_path

SARROW = (
    "The flood of the Olva killed 24 people in the town. Mayor Anna Berg said the bridge of Sarrow was built in 1878. "
    "It will be closed until May."
)
TARN = "The museum of Tarn holds a bridge made of glass. Rolf Arne painted it in 1912. Nobody was allowed to cross it."
QUESTIONS = [
    Question("1", "squad-v1.1", "Sarrow", SARROW, "When was the bridge of Sarrow built?", (("1878", SARROW.index("1878")),)),
    Question("2", "squad-v2.0", "Tarn", TARN, "Who crossed the glass bridge?", ()),
]  # fmt: skip


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Groups:
    near = tmp_path_factory.mktemp("corpus") / "near.npy"
    np.save(near, np.array([[1, 0], [0, 1]]))
    tokenizer = Tokenizer.from_file(str(packaged_model_path() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Groups(Corpus(QUESTIONS, near), QUESTIONS, tokenizer, 7)


def words(groups: Groups, target: Target) -> str:
    first, last = target.span
    return str(groups.tokenizer.decode(target.example.input_ids[first : last + 1]))


@pytest.mark.parametrize("epoch", range(30))
def test_one_text_answers_and_its_span_is_the_answer(groups: Groups, epoch: int) -> None:
    group = groups.build(0, QUESTIONS[0], epoch)
    assert [t.relevant for t in group].count(True) == 1
    right = next(t for t in group if t.relevant)
    assert words(groups, right) == "1878"
    assert all(right.example.sentence_of[right.span[0]] in t.evidence for t in group if t.relevant)
    assert all((t.evidence, t.span) == (frozenset(), (0, 0)) for t in group if not t.relevant)


def test_the_same_seed_epoch_and_question_give_the_same_group(groups: Groups) -> None:
    assert groups.of(0, QUESTIONS[0], 3) == groups.of(0, QUESTIONS[0], 3)
    assert len({str(groups.build(0, QUESTIONS[0], epoch)) for epoch in range(10)}) > 1


def test_an_unanswerable_question_and_a_near_miss_have_no_answering_text(groups: Groups) -> None:
    assert not any(t.relevant for t in groups.build(1, QUESTIONS[1], 0))
    made = [group for epoch in range(20) if (group := groups.near_miss(0, QUESTIONS[0], epoch))]
    assert made
    assert not any(t.relevant for group in made for t in group)


def test_who_is_introduced_in_passing_is_asked_for(groups: Groups) -> None:
    made = [group for epoch in range(20) if (group := groups.introduction(0, QUESTIONS[0], epoch))]
    assert {words(groups, next(t for t in group if t.relevant)) for group in made} <= {"mayor", "anna berg"}
    assert made


def test_lines_of_other_texts_stand_around_the_answer(groups: Groups) -> None:
    answers = [("1878", SARROW.index("1878"))]
    for seed in range(20):
        lined, inside = groups._lined(SARROW, answers, 0, QUESTIONS[0], random.Random(seed))
        assert [lined[at : at + 4] for _, at in inside] == ["1878"]
    assert "\n" in lined


def test_claims_are_learned_as_supported_or_not(groups: Groups) -> None:
    made = [t for epoch in range(5) for t in groups.claims(0, QUESTIONS[0], epoch)]
    assert {t.supported for t in made} == {True, False}

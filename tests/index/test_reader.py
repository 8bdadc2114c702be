from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from index import ReaderError
from index.reader import WEIGHTS
from qa import Reader

TEXTS = [
    "Velmar and Karsova signed a fishing treaty. Linnea Croft signed for Karsova on Tuesday.",
    "The flood killed 24 people. The bridge of Sarrow was built in 1878.",
    "A wolf was photographed in the Brannock range.",
]


def test_rank_puts_the_answering_text_first() -> None:
    scores = Reader.open().rank("When was the bridge of Sarrow built?", TEXTS)
    assert scores.shape == (3,)
    assert scores.argmax() == 1


def test_read_gives_the_sentence_and_the_words() -> None:
    reading = Reader.open().read("When was the bridge of Sarrow built?", TEXTS)
    best = reading.spans[0]
    assert TEXTS[best.passage][best.start : best.end] == "The bridge of Sarrow was built in 1878."
    assert "1878" in TEXTS[best.passage][best.answer_start : best.answer_end]
    assert [s.score for s in reading.spans] == sorted((s.score for s in reading.spans), reverse=True)
    assert len(reading.spans) == 5
    for span in reading.spans:
        assert span.start <= span.answer_start < span.answer_end <= span.end


def test_answerable_tells_a_question_that_is_answered_from_one_that_is_not() -> None:
    reader = Reader.open()
    assert (
        reader.read("Who signed for Karsova?", TEXTS).answerable
        > reader.read("Who painted the ceiling?", TEXTS).answerable
    )


def test_no_texts_answer_nothing() -> None:
    reading = Reader.open().read("Who?", [])
    assert (reading.spans, reading.answerable) == ((), 0.0)
    assert Reader.open().rank("Who?", []).shape == (0,)
    assert Reader.open().read("Who?", ["", "  \n "]).spans == ()


def test_long_texts_are_read_to_their_end() -> None:
    long = "Nothing happened on that day in the village. " * 120 + "The bridge of Sarrow was built in 1878."
    best = Reader.open().read("When was the bridge of Sarrow built?", [long]).spans[0]
    assert long[best.start : best.end].endswith("1878.")


def test_unknown_and_unfit_models_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="Cannot load"):
        Reader.open(str(tmp_path / "nothing"))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert", "architectures": ["BertForMaskedLM"]}))
    with pytest.raises(ReaderError, match="BertForMaskedLM"):
        Reader.open(str(tmp_path))


def test_weights_of_another_version_are_a_clear_error(tmp_path: Path) -> None:
    weights = load_file(WEIGHTS / "reader.safetensors")
    save_file({name: w for name, w in weights.items() if "span" not in name}, tmp_path / "reader.safetensors")
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(WEIGHTS / name, tmp_path)
    with pytest.raises(ReaderError, match=r"another version.*make reader"):
        Reader.open(str(tmp_path))


@pytest.mark.parametrize("kind", ["QuestionAnswering", "SequenceClassification"])
def test_hugging_face_readers_can_be_put_in_by_path(kind: str, tmp_path: Path) -> None:
    """A tiny random model of each kind: the scores mean nothing, the shapes and spans must hold."""
    import transformers

    from index.embedding import packaged_model_path

    config = transformers.BertConfig(
        vocab_size=30522,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=2 if kind == "QuestionAnswering" else 1,
    )
    getattr(transformers, f"BertFor{kind}")(config).save_pretrained(tmp_path)
    transformers.AutoTokenizer.from_pretrained(packaged_model_path()).save_pretrained(tmp_path)
    reader = Reader.open(str(tmp_path))
    assert reader.rank("When was it built?", TEXTS).shape == (3,)
    reading = reader.read("When was it built?", TEXTS)
    assert len(reading.spans) == 5
    assert 0 <= reading.answerable <= 1


def test_of_many_texts_those_that_promise_least_are_not_read_to_the_end() -> None:
    """They stay behind the others, and are read when they are asked for among few."""
    reader = Reader.open()
    filler = "The council of Port Merrow spoke about the fishing season, the harbour and the price of diesel. " * 4
    many = [f"{filler}It was meeting number {n}." for n in range(18)] + [f"{filler}{TEXTS[1]}", f"{filler}{TEXTS[2]}"]
    question = "When was the bridge of Sarrow built, please?"
    looks = reader.looks(question, many)
    unread = [n for n, look in enumerate(looks) if not look.whole]
    assert 0 < len(unread) <= 14
    scores = reader.rank(question, many)
    assert scores.argmax() == 18
    assert max(scores[n] for n in unread) <= min(scores[n] for n in range(20) if n not in unread)
    best = reader.read(question, many).spans[0]
    assert many[best.passage][best.start : best.end] == "The bridge of Sarrow was built in 1878."
    few = [many[unread[0]], many[18]]
    assert all(look.whole for look in reader.looks(question, few))
    assert all(look.whole for look in reader.looks(question, TEXTS * 3))

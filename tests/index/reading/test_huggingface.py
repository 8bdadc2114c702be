from __future__ import annotations

from pathlib import Path

import pytest

from qa import Reader

TEXTS = [
    "Velmar and Karsova signed a fishing treaty. Linnea Croft signed for Karsova.",
    "The bridge was built in 1878.",
]


@pytest.mark.parametrize("kind", ["QuestionAnswering", "SequenceClassification"])
def test_hugging_face_readers_can_be_put_in_by_path(kind: str, tmp_path: Path) -> None:
    """A tiny random model of each kind: the scores mean nothing, the shapes and spans must hold."""
    import transformers

    from index.models.embedding import packaged_model_path

    config = transformers.BertConfig(
        vocab_size=30522,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    config.num_labels = 2 if kind == "QuestionAnswering" else 1
    getattr(transformers, f"BertFor{kind}")(config).save_pretrained(tmp_path)
    transformers.AutoTokenizer.from_pretrained(packaged_model_path()).save_pretrained(tmp_path)
    reader = Reader.open(str(tmp_path))
    assert reader.rank("When was it built?", TEXTS).shape == (2,)
    reading = reader.read("When was it built?", TEXTS)
    assert len(reading.spans) == 3
    assert 0 <= reading.answerable <= 1

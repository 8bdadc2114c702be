from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import ModelError
from index.models.embedding import Embedder, packaged_model_path, verify_packaged_model


def test_the_packaged_weights_are_the_published_ones() -> None:
    verify_packaged_model()


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes((packaged_model_path() / "model.safetensors").read_bytes()[:-1] + b"x")
    monkeypatch.setattr("index.models.embedding.packaged_model_path", lambda: tmp_path)
    with pytest.raises(ModelError, match="not the published"):
        verify_packaged_model()


def test_vectors_are_unit_and_in_the_order_of_the_texts() -> None:
    embedder = Embedder.open()
    texts = [
        "A comet was found by a schoolgirl in Aldermouth, the observatory said.",
        "Tax.",
        "The flood took the iron bridge.",
    ]
    vectors = embedder.encode(texts)
    assert vectors.shape == (3, embedder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    for text, vector in zip(texts, vectors, strict=True):
        assert float(embedder.encode([text])[0] @ vector) > 0.999


def test_the_end_of_a_long_text_counts() -> None:
    embedder = Embedder.open()
    long = "Nothing much happened in the village that day. " * 60
    asked = embedder.encode(["A volcano erupted on the island of Velmar."])[0]
    without, with_end = embedder.encode([long, long + "A volcano erupted on the island of Velmar. " * 20])
    assert float(asked @ with_end) > float(asked @ without) + 0.1


def test_word_pieces_have_their_places_and_unit_vectors() -> None:
    text = "  Aldermouth’s comet\nreturned. "
    (spans, vectors), (none, empty) = Embedder.open().encode_pieces([text, " "])
    assert "".join(text[a:b] for a, b in spans) == "Aldermouth’scometreturned."
    assert vectors.shape == (len(spans), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert (none, empty.shape) == ([], (0, 384))


def test_an_unknown_model_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="no-such-model"):
        Embedder.open("no-such-model-anywhere")

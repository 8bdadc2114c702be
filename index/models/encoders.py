"""Ways to run an embedding model: our own packed forward pass for the packaged one, sentence-transformers for any other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ..language.sentences import Span
from . import threads
from .numbers import Numbers

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

BATCH_PIECES = 1024
"""Word pieces reckoned together by one thread: 192 thousand characters a second on two cores with matrix units, against
171 with 512 and 204 with 2048, whose memory is twice as much (docs/choices.md)."""


class TextEncoder(Protocol):
    """What an embedding model has to do; texts come in windows that fit it."""

    dimension: int
    window: int
    """Word pieces of a text that fit the model."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors, not necessarily of unit length, shape (len(texts), dimension)."""

    def places(self, text: str) -> list[Span]:
        """Character spans of all word pieces of a text, special ones left out."""

    def states(self, text: str) -> tuple[list[Span], Vectors]:
        """The places of the word pieces that fit, and their states in context, shape (pieces, hidden size)."""


class PackedEncoder:
    """A BERT model with mean pooling (as all-MiniLM-L6-v2 is), from its folder, without padding and in several threads."""

    def __init__(self, folder: Path, numbers: Numbers) -> None:
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        from .packing import PackedBert

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        settings = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self.dimension: int = config["hidden_size"]
        self.window: int = settings["max_seq_length"] - 2
        self._model = PackedBert(config, load_file(folder / "model.safetensors"), numbers).eval()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode(self, texts: Sequence[str]) -> Vectors:
        import torch

        from .packing import batches

        pieces = [e.ids for e in self._tokenizer.encode_batch([t.strip() for t in texts])]
        pieces = [p if len(p) <= self.window + 2 else [*p[: self.window + 1], p[-1]] for p in pieces]

        def means(rows: list[int]) -> torch.Tensor:
            with torch.inference_mode():
                return self._model.means([pieces[n] for n in rows])

        made = batches([len(p) for p in pieces], BATCH_PIECES)
        found = threads.each(means, made) if len(made) > 1 else [means(rows) for rows in made]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for rows, part in zip(made, found, strict=True):
            vectors[rows] = part.numpy()
        return vectors

    def places(self, text: str) -> list[Span]:
        return [(a, b) for a, b in self._tokenizer.encode(text, add_special_tokens=False).offsets]

    def states(self, text: str) -> tuple[list[Span], Vectors]:
        import torch

        from .packing import Packing

        encoded = self._tokenizer.encode(text)
        ids, offsets = encoded.ids, encoded.offsets
        if len(ids) > self.window + 2:
            ids, offsets = [*ids[: self.window + 1], ids[-1]], [*offsets[: self.window + 1], (0, 0)]
        with torch.inference_mode():
            packing = Packing.of([len(ids)])
            found = self._model.through(self._model.embed([ids], None, packing), packing)[: len(ids)]
        inside = [n for n, (a, b) in enumerate(offsets) if b > a]  # special pieces have no place
        return [offsets[n] for n in inside], found.float().numpy()[inside]


class SentenceTransformersEncoder:
    """Any model of that library, through it."""

    def __init__(self, model: SentenceTransformer, dimension: int) -> None:
        self._model, self.dimension = model, dimension
        self.window = (model.max_seq_length or 512) - 2

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
        position = 0
        while position < len(order):
            # A batch is bounded by its padded size, so short texts travel in large batches.
            longest = max(len(texts[order[position]]) // 4, 8)
            rows = order[position : position + max(1, min(BATCH_PIECES // longest, 256))]
            found = self._model.encode(
                [texts[n] for n in rows], batch_size=len(rows), show_progress_bar=False, convert_to_tensor=True
            )
            vectors[rows] = found.float().cpu().numpy()
            position += len(rows)
        return vectors

    def places(self, text: str) -> list[Span]:
        return self._offsets(text, add_special_tokens=False, truncation=False, verbose=False)

    def states(self, text: str) -> tuple[list[Span], Vectors]:
        # One by one: padded to the longest, a question beside a passage costs as much as a second passage.
        state: Any = self._model.encode(text, output_value="token_embeddings", show_progress_bar=False)
        stripped = text.strip()  # as the library does before it cuts a text into pieces
        begin = text.find(stripped)
        spans = self._offsets(stripped, truncation=True, max_length=self._model.max_seq_length)
        inside = [n for n, (a, b) in enumerate(spans) if b > a]
        vectors = np.asarray(state.float().cpu(), dtype=np.float32)[inside]
        return [(begin + spans[n][0], begin + spans[n][1]) for n in inside], vectors

    def _offsets(self, text: str, **options: Any) -> list[Span]:
        encoded = self._model.tokenizer(text, return_offsets_mapping=True, **options)
        return [(a, b) for a, b in encoded["offset_mapping"]]

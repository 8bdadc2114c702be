"""Our own kind of reader: the network of `network.py` with the weights that `make reader` wrote.

Of many texts, those with the lowest early scores are not read to the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ReaderError
from ..language.sentences import Span
from ..models.hardware import dtype_of, numbers_for
from .scores import MAX_TOKENS, NO_SCORE, TextScores, joined, windows, words_in

if TYPE_CHECKING:
    import torch

    from .network import Example, Logits

_BATCH_TOKENS = 768
"""Padded word pieces a batch: small enough that short passages are not padded to the longest."""
_READ_PIECES = 900
"""Word pieces of texts that are read to the end when there are many; those with lower early scores stop after the first layers."""
READ_TEXTS = 6
"""So many texts are always read to the end, and never fewer."""


class OurModel:
    """The network of `network.py` with the weights `make reader` wrote.

    `dtype` is what its encoder reckons in: `torch.int8`, with all between the matrix products in float32,
    `torch.bfloat16` or `torch.float32`; None for what this machine does fastest."""

    def __init__(self, folder: Path, dtype: torch.dtype | None = None) -> None:
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        from .network import FIRST_LAYERS, ReaderNetwork, bert, from_disk

        config = json.loads((folder / "config.json").read_text())
        import torch

        with torch.device("meta"):  # no time spent on random weights
            network = ReaderNetwork(bert(config), config["hidden_size"])
        wanted = dtype or dtype_of(numbers_for("reading"))
        kind = torch.float32 if wanted == torch.int8 else wanted
        # The heads stay exact: they cost next to nothing, and their sums decide between sentences that are close.
        weights = {
            k: v.to(kind if k.startswith("encoder.") else torch.float32) if v.is_floating_point() else v
            for k, v in from_disk(load_file(folder / "reader.safetensors")).items()
        }
        missing = network.load_state_dict(weights, assign=True, strict=False).missing_keys
        if missing:
            raise ReaderError(
                f"The reader in {folder} is of another version (no {missing[0]}): run `make reader` again."
            )
        for name, buffer in network.named_buffers():  # positions and types are not weights
            if buffer.is_meta:
                owner, _, field = name.rpartition(".")
                value = (
                    torch.arange(buffer.shape[-1]).expand(buffer.shape)
                    if field == "position_ids"
                    else torch.zeros(buffer.shape)
                )
                network.get_submodule(owner)._buffers[field] = value.to(buffer.dtype)
        if wanted == torch.int8:
            from ..models.int8 import to_int8

            # The early score is told from small differences between the states of this layer (docs/choices.md).
            to_int8(network.encoder, config["num_attention_heads"], exact={FIRST_LAYERS - 1})
        self._network = network.eval()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def score(
        self, question: str, texts: Sequence[str], titles: Sequence[str], place_penalty: float | None = None
    ) -> list[TextScores]:
        import torch
        from torch.nn.utils.rnn import pad_sequence

        from .network import collate, lay_out

        cut = [(number, *window) for number, text in enumerate(texts) for window in windows(text)]
        examples = lay_out(
            self._tokenizer,
            question,
            [w[1] for w in cut],
            [w[3] for w in cut],
            [titles[w[0]] for w in cut],
            MAX_TOKENS,
        )
        begun: dict[int, torch.Tensor] = {}
        early: dict[int, float] = {}
        scores: dict[int, TextScores] = {}
        with torch.inference_mode():
            sizes = [len(e.input_ids) for e in examples]
            for rows in _batches(sizes, range(len(examples))):
                inputs = collate([examples[i] for i in rows])
                states = self._network.begin(inputs["input_ids"], inputs["type_ids"], inputs["mask"])
                told = self._network.early_score(self._network.summary(states, inputs["type_ids"], inputs["mask"]))
                for row, i in enumerate(rows):
                    begun[i] = states[row, : len(examples[i].input_ids)]
                    early[i] = float(told[row, 0]) - (place_penalty or 0.0) * cut[i][0]
            chosen = list(early) if place_penalty is None else _worth_reading(early, sizes)
            for rows in _batches(sizes, chosen):
                inputs = collate([examples[i] for i in rows])
                states = pad_sequence([begun[i] for i in rows], batch_first=True)
                logits = self._network.finish(states, inputs["mask"], inputs["sentence_of"])
                for row, i in enumerate(rows):
                    scores[i] = _scores_of(examples[i], cut[i][3], logits, row)
        read = list(scores.values())
        behind = min((s.relevance for s in read), default=0.0)
        lowest = min((x for s in read for x in (*s.evidence, *(w for _, w in s.words))), default=NO_SCORE)
        for i in early.keys() - scores.keys():
            spans = tuple(cut[i][3])
            low = (min(lowest, NO_SCORE),) * len(spans)
            scores[i] = TextScores(min(early[i], behind), spans, low, tuple(zip(spans, low, strict=True)), whole=False)
        parts: list[list[tuple[int, TextScores]]] = [[] for _ in texts]
        for i, window in enumerate(cut):
            parts[window[0]].append((window[2], scores[i]))
        return [joined(p) for p in parts]


def _batches(sizes: Sequence[int], chosen: Iterable[int]) -> Iterator[list[int]]:
    """Numbers of texts of similar size, from the longest down: a batch is as wide as its first."""
    order = sorted(chosen, key=lambda i: sizes[i])
    while order:
        size = max(1, min(len(order), _BATCH_TOKENS // sizes[order[-1]]))
        order, rows = order[:-size], order[-size:]
        yield rows


def _worth_reading(early: Mapping[int, float], sizes: Sequence[int]) -> list[int]:
    """The texts to read to the end: those with the best early scores, as many as `_READ_PIECES` hold, and at least `READ_TEXTS`."""
    chosen: list[int] = []
    pieces = 0
    for i in sorted(early, key=lambda i: -early[i]):
        pieces += sizes[i]
        if len(chosen) >= READ_TEXTS and pieces > _READ_PIECES:
            break
        chosen.append(i)
    return chosen


def _scores_of(example: Example, spans: Sequence[Span], logits: Logits, row: int) -> TextScores:
    start, end = logits.start[row].numpy(), logits.end[row].numpy()
    pieces: list[list[int]] = [[] for _ in spans]
    for piece, owner in enumerate(example.sentence_of):
        if owner >= 0:
            pieces[owner].append(piece)
    null = float(start[0] + end[0])
    return TextScores(
        float(logits.relevance[row]),
        tuple(spans),
        tuple(float(logits.evidence[row, s]) if pieces[s] else NO_SCORE for s in range(len(spans))),
        tuple(words_in(span, example.offsets, start, end, pieces[s], null) for s, span in enumerate(spans)),
        float(logits.support[row]),
    )

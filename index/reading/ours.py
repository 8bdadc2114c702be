"""Our own kind of reader: the network of `network.py` with the weights that `make reader` wrote.

Of many texts, those with the lowest early scores are not read to the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ReaderError
from ..language.sentences import Span
from ..models import threads
from ..models.hardware import numbers_for
from ..models.numbers import Numbers
from .scores import MAX_TOKENS, NO_SCORE, TextScores, joined, windows, words_in

if TYPE_CHECKING:
    import torch

    from .network import Example, Logits

_BATCH_PIECES = 512
"""Word pieces that one thread reads together: few enough that a thread whose core is busy elsewhere leaves work to others."""
_LEAST_PIECES = 128
"""A batch of fewer is not worth another thread: its rows are filled up to so many."""
_READ_PIECES = 1800
"""Word pieces of texts that are read to the end when there are many; those with lower early scores stop after the first layers."""
READ_TEXTS = 6
"""So many texts are always read to the end, and never fewer."""


class OurModel:
    """The network of `network.py` with the weights `make reader` wrote.

    `numbers` is what its encoder reckons in; None for what this machine does fastest."""

    def __init__(self, folder: Path, numbers: Numbers | None = None) -> None:
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        from ..models.packing import PackedBert
        from .network import FIRST_LAYERS, ReaderHeads, from_disk

        config = json.loads((folder / "config.json").read_text())
        weights = from_disk(load_file(folder / "reader.safetensors"))
        encoder = {k.removeprefix("encoder."): v for k, v in weights.items() if k.startswith("encoder.")}
        # The heads stay exact: they cost next to nothing, and their sums decide between sentences that are close.
        heads = {k: v.to(torch.float32) for k, v in weights.items() if not k.startswith("encoder.")}
        with torch.device("meta"):  # no time spent on random weights
            self._heads = ReaderHeads(config["hidden_size"])
        missing = self._heads.load_state_dict(heads, assign=True, strict=False).missing_keys
        try:
            # The early score is told from small differences between the states of this layer (docs/choices.md).
            exact = {FIRST_LAYERS - 1}
            self._encoder = PackedBert(config, encoder, numbers or numbers_for("reading"), exact).eval()
        except KeyError as error:
            missing = [str(error.args[0])]
        if missing:
            raise ReaderError(
                f"The reader in {folder} is of another version (no {missing[0]}): run `make reader` again."
            )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def lay_out(
        self, question: str, texts: Sequence[str], spans: Sequence[Sequence[Span]], titles: Sequence[str]
    ) -> list[Example]:
        """Texts that fit the model, with their sentences, as word pieces."""
        from .network import lay_out

        return lay_out(self._tokenizer, question, texts, spans, titles, MAX_TOKENS)

    def begin(self, examples: Sequence[Example]) -> tuple[list[torch.Tensor], torch.Tensor]:
        """The states of each text after the first layers, (pieces, hidden), and what the early scores are told from,
        (n, 2 hidden)."""
        from torch.nn.utils.rnn import pad_sequence

        from ..models.packing import Packing
        from .network import FIRST_LAYERS, collate

        sizes = [len(e.input_ids) for e in examples]
        packing = Packing.of(sizes)
        states = self._encoder.embed([e.input_ids for e in examples], [e.type_ids for e in examples], packing)
        states = self._encoder.through(states, packing, slice(0, FIRST_LAYERS))
        parts = list(states[: packing.pieces].split_with_sizes(sizes))
        inputs = collate(examples)
        padded = pad_sequence(parts, batch_first=True)
        return parts, self._heads.summary(padded, inputs["type_ids"], inputs["mask"])

    def finish(self, examples: Sequence[Example], states: Sequence[torch.Tensor]) -> Logits:
        """The logits, from the states that `begin` gave of these texts."""
        import torch
        from torch.nn.utils.rnn import pad_sequence

        from ..models.packing import Packing
        from .network import FIRST_LAYERS, collate

        sizes = [len(e.input_ids) for e in examples]
        packing = Packing.of(sizes)
        filling = states[0].new_zeros(packing.rows - packing.pieces, states[0].shape[1])
        packed = self._encoder.through(torch.cat([*states, filling]), packing, slice(FIRST_LAYERS, None))
        padded = pad_sequence(list(packed[: packing.pieces].split_with_sizes(sizes)), batch_first=True)
        return self._heads.logits(padded, collate(examples)["sentence_of"])

    def score(
        self, question: str, texts: Sequence[str], titles: Sequence[str], place_penalty: float | None = None
    ) -> list[TextScores]:
        import torch

        cut = [(number, *window) for number, text in enumerate(texts) for window in windows(text)]
        examples = self.lay_out(question, [w[1] for w in cut], [w[3] for w in cut], [titles[w[0]] for w in cut])
        sizes = [len(e.input_ids) for e in examples]
        begun: dict[int, torch.Tensor] = {}
        early: dict[int, float] = {}
        scores: dict[int, TextScores] = {}

        def first(rows: list[int]) -> tuple[list[torch.Tensor], list[float]]:
            with torch.inference_mode():
                states, summaries = self.begin([examples[i] for i in rows])
                return states, self._heads.early_score(summaries)[:, 0].tolist()

        def rest(rows: list[int]) -> list[TextScores]:
            with torch.inference_mode():
                logits = self.finish([examples[i] for i in rows], [begun[i] for i in rows])
                return [_scores_of(examples[i], cut[i][3], logits, row) for row, i in enumerate(rows)]

        made = _batches(sizes, range(len(examples)))
        for rows, (states, told) in zip(made, threads.each(first, made), strict=True):
            for i, own, score in zip(rows, states, told, strict=True):
                begun[i] = own
                early[i] = score - (place_penalty or 0.0) * cut[i][0]
        made = _batches(sizes, list(early) if place_penalty is None else _worth_reading(early, sizes))
        for rows, found in zip(made, threads.each(rest, made), strict=True):
            scores.update(zip(rows, found, strict=True))
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


def _batches(sizes: Sequence[int], chosen: Sequence[int]) -> list[list[int]]:
    """Numbers of texts in batches of about as many word pieces, at least one for each thread where there is enough."""
    from ..models.packing import shared_out

    pieces = sum(sizes[i] for i in chosen)
    parts = max(-(-pieces // _BATCH_PIECES), min(threads.count(), pieces // _LEAST_PIECES))
    return [[chosen[n] for n in rows] for rows in shared_out([sizes[i] for i in chosen], parts)]


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

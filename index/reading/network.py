"""The network of the reader: a BERT encoder with four small heads, and how its input is laid out.

Kept apart from `reader.py` because training (`evals/training/train_reader.py`) needs the same two things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from ..language.sentences import Span


@dataclass(frozen=True, slots=True)
class Example:
    """One question with one text, as word pieces.

    `sentence_of[i]` is the sentence that piece i belongs to, -1 for question, title and special
    pieces; `offsets[i]` is its character span in the text.
    """

    input_ids: list[int]
    type_ids: list[int]
    sentence_of: list[int]
    offsets: list[Span]
    sentences: int


def lay_out(
    tokenizer: Any,
    question: str,
    texts: Sequence[str],
    spans: Sequence[Sequence[Span]],
    titles: Sequence[str],
    max_tokens: int,
) -> list[Example]:
    """`[CLS] question [SEP] title . text [SEP]`, one `Example` a text.

    `tokenizer` is a `tokenizers.Tokenizer` without padding or truncation; `spans` are the sentences
    of each text. Pieces beyond `max_tokens` are cut, so callers pass texts that fit.
    """
    encoded = tokenizer.encode_batch([question[:400], *titles, *texts], add_special_tokens=False)
    head = encoded[0].ids[:64]
    cls, sep, stop = (tokenizer.token_to_id(piece) for piece in ("[CLS]", "[SEP]", "."))
    examples = []
    for number, sentences in enumerate(spans):
        title = encoded[1 + number].ids[:24]
        title = [*title, stop] if title else []
        body = encoded[1 + len(titles) + number]
        room = max_tokens - len(head) - len(title) - 3
        ids, offsets = body.ids[:room], body.offsets[:room]
        owner = []
        current = 0
        for start, _ in offsets:
            while current < len(sentences) and start >= sentences[current][1]:
                current += 1
            owner.append(current if current < len(sentences) and start >= sentences[current][0] else -1)
        before = 2 + len(head) + len(title)
        examples.append(
            Example(
                input_ids=[cls, *head, sep, *title, *ids, sep],
                type_ids=[0] * (len(head) + 2) + [1] * (len(title) + len(ids) + 1),
                sentence_of=[-1] * before + owner + [-1],
                offsets=[(0, 0)] * before + list(offsets) + [(0, 0)],
                sentences=len(sentences),
            )
        )
    return examples


def collate(examples: Sequence[Example]) -> dict[str, torch.Tensor]:
    """Right-padded tensors, each of shape (n, longest)."""
    longest = max(len(e.input_ids) for e in examples)

    def padded(rows: list[list[int]], value: int) -> torch.Tensor:
        return torch.tensor([row + [value] * (longest - len(row)) for row in rows])

    return {
        "input_ids": padded([e.input_ids for e in examples], 0),
        "type_ids": padded([e.type_ids for e in examples], 0),
        "mask": padded([[1] * len(e.input_ids) for e in examples], 0),
        "sentence_of": padded([e.sentence_of for e in examples], -1),
    }


@dataclass(frozen=True, slots=True)
class Logits:
    """For n texts of at most t pieces and s sentences: relevance and support (n,), evidence (n, s), start and end (n, t).

    Support is for a claim in the place of the question: does the text say so?
    """

    support: torch.Tensor
    relevance: torch.Tensor
    evidence: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor


FIRST_LAYERS = 2
"""Layers after which a text gets its early score, by which it may be left unread."""
_ON_DISK = {"early_score.weight": "promise.weight", "early_score.bias": "promise.bias"}
"""Parameters that the file of the weights, which is older than their names, calls something else."""


class ReaderHeads(nn.Module):
    """Four small heads over the states of an encoder: relevance, evidence sentence, answer span and support of a claim.

    A fifth tells an early score from the states after the first layers, so that a text with a low one is not read to the
    end, as in "The Cascade Transformer" (Soldaini and Moschitti, 2020).
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        # Fitted when all else is trained: evals/training/finish_reader.py.
        self.early_score = nn.Linear(2 * hidden, 1)
        self.relevance = nn.Sequential(nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1))
        self.evidence = nn.Sequential(nn.Linear(2 * hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1))
        self.span = nn.Linear(hidden, 2)
        self.support = nn.Sequential(nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1))

    def summary(self, states: torch.Tensor, type_ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What the early score of a text is told from: the state of [CLS] beside the mean of the text's, (n, 2 hidden)."""
        body = (type_ids * mask).unsqueeze(-1).to(states.dtype)
        mean = (states * body).sum(1) / body.sum(1).clamp(min=1)
        return torch.cat([states[:, 0], mean], dim=-1).to(self.early_score.weight.dtype)

    def logits(self, states: torch.Tensor, sentence_of: torch.Tensor) -> Logits:
        """From the states after the last layer, (n, t, hidden)."""
        states = states.to(self.span.weight.dtype)
        first = states[:, 0]
        count = max(int(sentence_of.max()) + 1, 1)
        member = (sentence_of.unsqueeze(1) == torch.arange(count, device=states.device).view(1, -1, 1)).to(
            states.dtype
        )  # (n, s, t)
        mean = member @ states / member.sum(-1, keepdim=True).clamp(min=1)
        joined = torch.cat([mean, first.unsqueeze(1).expand_as(mean)], dim=-1)
        empty = member.sum(-1) == 0
        evidence = self.evidence(joined).squeeze(-1).float().masked_fill(empty, -1e4)
        inside = (sentence_of >= 0).clone()
        inside[:, 0] = True
        start, end = self.span(states).float().unbind(-1)
        return Logits(
            support=self.support(first).squeeze(-1).float(),
            relevance=self.relevance(first).squeeze(-1).float(),
            evidence=evidence,
            start=start.masked_fill(~inside, -1e4),
            end=end.masked_fill(~inside, -1e4),
        )


class ReaderNetwork(ReaderHeads):
    """The heads with an encoder that can be trained. Reading runs the encoder packed (`ours.py`)."""

    def __init__(self, encoder: nn.Module, hidden: int) -> None:
        super().__init__(hidden)
        self.encoder = encoder

    def forward(
        self, input_ids: torch.Tensor, type_ids: torch.Tensor, mask: torch.Tensor, sentence_of: torch.Tensor
    ) -> Logits:
        states = self.encoder.get_submodule("embeddings")(input_ids=input_ids, token_type_ids=type_ids)
        seen = None if bool(mask.all()) else mask[:, None, None, :].bool().expand(-1, 1, mask.shape[1], -1)
        for layer in self.encoder.get_submodule("encoder.layer").children():
            states = layer(states, seen)
        return self.logits(states, sentence_of)


def bert(config: dict[str, Any]) -> nn.Module:
    """An encoder of the architecture `config` (a `config.json` of Hugging Face), not yet trained."""
    from transformers import BertConfig, BertModel

    encoder: nn.Module = BertModel(BertConfig(**config), add_pooling_layer=False)
    return encoder


def from_disk(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The weights of a file under the names of the network's parameters."""
    names = {stored: name for name, stored in _ON_DISK.items()}
    return {names.get(name, name): weight for name, weight in weights.items()}


def to_disk(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The network's parameters under the names that a file of weights has."""
    return {_ON_DISK.get(name, name): weight for name, weight in weights.items()}

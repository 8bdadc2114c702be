"""A BERT encoder (Devlin et al., 2019) for inference on a CPU, with texts packed one behind the other.

The word pieces of many texts stand in one matrix without padding, so the products with the weights, which are nine
tenths of the work, spend nothing on it ("sequence packing", Krell et al., 2021); attention is reckoned for each text
by itself, texts of equal length together. The products are oneDNN's where this PyTorch has them, through the operators
that PyTorch's own compiler uses, with weights laid out beforehand and GELU in the same pass.

`numbers` is what the products are reckoned in: "float32", "bfloat16", or "int8", which keeps all between the products
in float32 (`int8.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import torch
from torch import nn
from torch.nn.functional import embedding, gelu, layer_norm, linear, scaled_dot_product_attention

from .int8 import LEAST_GELU, ROWS, Int8Linear
from .numbers import Numbers


@dataclass(frozen=True, slots=True)
class Packing:
    """Where texts stand in a matrix of word pieces: `groups` are (first row, texts, pieces of each), one behind the
    other; `pieces` are all of them, `rows` the height of the matrix."""

    groups: tuple[tuple[int, int, int], ...]
    pieces: int
    rows: int

    @staticmethod
    def of(lengths: Sequence[int]) -> Packing:
        """Of texts of these lengths, in this order; neighbours of equal length share a group.

        >>> Packing.of([5, 5, 3]).groups
        ((0, 2, 5), (10, 1, 3))
        """
        groups = []
        begin = 0
        for length, same in groupby(lengths):
            texts = len(list(same))
            groups.append((begin, texts, length))
            begin += texts * length
        return Packing(tuple(groups), begin, -(-begin // ROWS) * ROWS)


class DenseLinear(nn.Module):
    """Linear layers over the same input as one, `(rows, inputs) -> (rows, outputs of the first, of the second, ...)`."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, *, with_gelu: bool = False) -> None:
        super().__init__()
        self.gelu = with_gelu
        self.laid_out = has_laid_out_products()
        self.register_buffer(
            "weight", torch.ops.mkldnn._reorder_linear_weight(weight, 1024) if self.laid_out else weight
        )
        self.register_buffer("bias", bias)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        if self.laid_out:
            after: tuple[str, list[float], str] = ("gelu", [], "none") if self.gelu else ("none", [], "")
            found: torch.Tensor = torch.ops.mkldnn._linear_pointwise.default(states, self.weight, self.bias, *after)
            return found
        found = linear(states, self.weight, self.bias)
        return gelu(found) if self.gelu else found


def has_laid_out_products() -> bool:
    """Whether this PyTorch was built with oneDNN's linear operators (macOS on ARM is not)."""
    return bool(
        torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    )


class PackedLayer(nn.Module):
    """One layer. `weights` are named as in Hugging Face's `BertLayer`."""

    def __init__(self, weights: Mapping[str, torch.Tensor], heads: int, numbers: Numbers, eps: float = 1e-12) -> None:
        super().__init__()
        self.heads, self.eps = heads, eps
        kind = torch.bfloat16 if numbers == "bfloat16" else torch.float32

        def linear(*names: str, scale: float = 1.0, after_gelu: bool = False, with_gelu: bool = False) -> nn.Module:
            scales = (scale, *(1.0 for _ in names[1:]))
            parts = list(zip(names, scales, strict=True))
            weight = torch.cat([weights[f"{name}.weight"].float() * by for name, by in parts])
            bias = torch.cat([weights[f"{name}.bias"].float() * by for name, by in parts])
            if numbers == "int8":
                product = Int8Linear(weight, bias, LEAST_GELU if after_gelu else None)
                return nn.Sequential(product, nn.GELU()) if with_gelu else product
            return DenseLinear(weight.to(kind), bias.to(kind), with_gelu=with_gelu)

        own = "attention.self."
        width = weights[f"{own}query.weight"].shape[0] // heads
        self.attention = linear(f"{own}query", f"{own}key", f"{own}value", scale=width**-0.5)
        self.attended = linear("attention.output.dense")
        self.intermediate = linear("intermediate.dense", with_gelu=True)
        self.output = linear("output.dense", after_gelu=True)
        self.norms = nn.ParameterList(
            nn.Parameter(weights[f"{name}.LayerNorm.{part}"].to(kind), requires_grad=False)
            for name in ("attention.output", "output")
            for part in ("weight", "bias")
        )

    def forward(self, states: torch.Tensor, packing: Packing) -> torch.Tensor:
        """`states` (packing.rows, hidden) -> the same shape."""
        hidden = states.shape[1]
        one, two, three, four = self.norms
        split = self.attention(states)
        seen = torch.zeros_like(states)
        for begin, texts, length in packing.groups:
            rows = slice(begin, begin + texts * length)
            parts = split[rows].view(texts, length, 3, self.heads, hidden // self.heads)
            query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
            attended = scaled_dot_product_attention(query, key, value, scale=1.0)
            seen[rows].view(texts, length, self.heads, -1).copy_(attended.transpose(1, 2))
        states = layer_norm(self.attended(seen).add_(states), (hidden,), one, two, self.eps)
        return layer_norm(self.output(self.intermediate(states)).add_(states), (hidden,), three, four, self.eps)


class Embeddings(nn.Module):
    """Word pieces, their places and their types -> states. `weights` are named as in Hugging Face's `BertEmbeddings`."""

    def __init__(self, weights: Mapping[str, torch.Tensor], kind: torch.dtype, eps: float = 1e-12) -> None:
        super().__init__()
        self.eps = eps
        for name in ("word_embeddings", "position_embeddings", "token_type_embeddings", "LayerNorm"):
            self.register_buffer(name, weights[f"{name}.weight"].to(kind))
        self.register_buffer("bias", weights["LayerNorm.bias"].to(kind))

    def forward(self, input_ids: torch.Tensor, places: torch.Tensor, type_ids: torch.Tensor) -> torch.Tensor:
        """Each (rows,) -> (rows, hidden)."""
        states = embedding(input_ids, self.get_buffer("word_embeddings"))
        states = states + embedding(places, self.get_buffer("position_embeddings"))
        states = states + embedding(type_ids, self.get_buffer("token_type_embeddings"))
        return layer_norm(states, states.shape[-1:], self.get_buffer("LayerNorm"), self.get_buffer("bias"), self.eps)


class PackedBert(nn.Module):
    """The encoder of a Hugging Face `BertModel`: `config` is its `config.json`, `weights` its state by name.

    Layers numbered in `exact` stay in float32 where `numbers` is "int8". Raises KeyError naming a weight that is missing.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        weights: Mapping[str, torch.Tensor],
        numbers: Numbers,
        exact: Collection[int] = (),
    ) -> None:
        super().__init__()
        eps = float(config.get("layer_norm_eps", 1e-12))
        self.hidden = int(config["hidden_size"])
        kind = torch.bfloat16 if numbers == "bfloat16" else torch.float32
        self.embeddings = Embeddings(_below("embeddings.", weights), kind, eps)
        self.layers = nn.ModuleList(
            PackedLayer(
                _below(f"encoder.layer.{n}.", weights),
                int(config["num_attention_heads"]),
                "float32" if numbers == "int8" and n in exact else numbers,
                eps,
            )
            for n in range(int(config["num_hidden_layers"]))
        )

    def embed(
        self, rows: Sequence[Sequence[int]], types: Sequence[Sequence[int]] | None, packing: Packing
    ) -> torch.Tensor:
        """Word pieces of texts, and their types (all 0 without), -> the states before the first layer, (packing.rows, hidden)."""
        places = [place for row in rows for place in range(len(row))]
        kinds = torch.zeros(packing.rows, dtype=torch.long)
        if types is not None:
            kinds[: packing.pieces] = torch.tensor([kind for row in types for kind in row])
        return self.embeddings(  # type: ignore[no-any-return]
            _filled([piece for row in rows for piece in row], packing.rows), _filled(places, packing.rows), kinds
        )

    def through(self, states: torch.Tensor, packing: Packing, layers: slice = slice(None)) -> torch.Tensor:
        """The states after these layers, (packing.rows, hidden)."""
        for layer in self.layers[layers]:
            states = layer(states, packing)
        return states

    def means(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        """Mean of the last states of each text, (len(rows), hidden) in float32."""
        packing = Packing.of([len(row) for row in rows])
        states = self.through(self.embed(rows, None, packing), packing)
        means = [
            states[begin : begin + texts * length].view(texts, length, -1).mean(1, dtype=torch.float32)
            for begin, texts, length in packing.groups
        ]
        return torch.cat(means)


def batches(lengths: Sequence[int], pieces: int) -> list[list[int]]:
    """Numbers of texts, each once, in batches of at most `pieces` word pieces (a longer text by itself), long ones first;
    neighbours are of similar length."""
    order = sorted(range(len(lengths)), key=lambda n: -lengths[n])
    found: list[list[int]] = []
    held = pieces
    for n in order:
        if held + lengths[n] > pieces:
            found.append([])
            held = 0
        found[-1].append(n)
        held += lengths[n]
    return found


def shared_out(lengths: Sequence[int], parts: int) -> list[list[int]]:
    """Numbers of texts, each once, in at most `parts` batches of about as many word pieces, long texts first in each.

    >>> shared_out([9, 1, 5, 4], 2)
    [[0, 1], [2, 3]]
    """
    found: list[list[int]] = [[] for _ in range(max(1, min(parts, len(lengths))))]
    held = [0] * len(found)
    for n in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
        lightest = min(range(len(found)), key=lambda part: held[part])
        found[lightest].append(n)
        held[lightest] += lengths[n]
    return [rows for rows in found if rows]


def _below(prefix: str, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}


def _filled(values: Sequence[int], rows: int) -> torch.Tensor:
    filled = torch.zeros(rows, dtype=torch.long)
    filled[: len(values)] = torch.tensor(values, dtype=torch.long)
    return filled

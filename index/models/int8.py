"""The layers of a BERT encoder with their matrix products in 8-bit integers, for CPUs that multiply those fastest.

Weights have one scale for each output, and activations one for each word piece (Yao et al., "ZeroQuant", 2022), taken
from its largest value: so what a text is given does not depend on the others in its batch. One scale for the whole
batch, as in PyTorch's dynamic quantisation, chose another sentence more than three times as often (docs/choices.md).

The products are oneDNN's, through the operators that PyTorch's own int8 export uses.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import torch
from torch import nn
from torch.nn.functional import gelu, pad, scaled_dot_product_attention

_ROWS = 128
"""Rows are padded to a multiple of this: oneDNN makes a kernel for each shape it sees, which takes longer than using it."""
_ZERO = 128
"""What stands for 0 in an unsigned byte; the kernels for signed activations are many times slower."""
_LEAST_GELU = -0.17
"""GELU gives nothing smaller, so no half of the byte is kept for negative numbers behind it."""


class Int8Linear(nn.Module):
    """Linear layers over the same input as one: (..., inputs) -> (..., outputs of the first, of the second, ...).

    `least`: no input is smaller. Without it, inputs are taken to lie evenly around 0.
    """

    bias: torch.Tensor
    scale: torch.Tensor
    packed: torch.Tensor
    zero: torch.Tensor

    def __init__(self, layers: Sequence[nn.Linear], least: float | None = None) -> None:
        super().__init__()
        self.least = least
        weight = torch.cat([layer.weight.detach().float() for layer in layers])
        scale = weight.abs().amax(1).clamp(min=1e-12) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("zero", torch.zeros(len(weight), dtype=torch.int32))
        whole = (weight / scale[:, None]).round().to(torch.int8)
        bias = torch.cat([layer.bias.detach().float() for layer in layers])
        self.register_buffer("bias", bias + (least or 0.0) * whole.sum(1) * scale)
        self.register_buffer("packed", torch.ops.onednn.qlinear_prepack(whole, None))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        rows = states.reshape(-1, states.shape[-1])
        if self.least is None:
            scale = rows.abs().amax(1, keepdim=True).clamp_(min=1e-12).div_(127)
            whole = rows / scale
        else:
            scale = rows.amax(1, keepdim=True).sub_(self.least).clamp_(min=1e-12).div_(255)
            whole = ((rows - self.least) / scale).sub_(_ZERO)
        whole = whole.round_().to(torch.int8).view(torch.uint8) ^ _ZERO
        whole = pad(whole, (0, 0, 0, -len(rows) % _ROWS))
        products = torch.ops.onednn.qlinear_pointwise(
            whole,
            1.0,
            _ZERO if self.least is None else 0,
            self.packed,
            self.scale,
            self.zero,
            None,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        )
        return torch.addcmul(self.bias, products[: len(rows)], scale).reshape(*states.shape[:-1], -1)


class Int8Layer(nn.Module):
    """One layer of a Hugging Face `BertModel`, for inference; all but the products of its weights stays in float32."""

    def __init__(self, layer: nn.Module, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention = Int8Linear([_linear(layer, f"attention.self.{x}") for x in ("query", "key", "value")])
        self.attended = Int8Linear([_linear(layer, "attention.output.dense")])
        self.attended_norm = layer.get_submodule("attention.output.LayerNorm")
        self.intermediate = Int8Linear([_linear(layer, "intermediate.dense")])
        self.output = Int8Linear([_linear(layer, "output.dense")], least=_LEAST_GELU)
        self.output_norm = layer.get_submodule("output.LayerNorm")

    def forward(self, states: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """`states` (n, t, hidden) and a mask that can be broadcast to (n, heads, t, t), true where there is text."""
        n, t, hidden = states.shape
        split = self.attention(states).view(n, t, 3, self.heads, hidden // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        attended = scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).reshape(n, t, hidden)
        states = self.attended_norm(self.attended(attended) + states)
        output: torch.Tensor = self.output_norm(self.output(gelu(self.intermediate(states))) + states)
        return output


def to_int8(encoder: nn.Module, heads: int, exact: Collection[int] = ()) -> None:
    """Replaces the layers of a `BertModel`, in place, but those numbered in `exact`. It can no longer be trained."""
    layers = encoder.get_submodule("encoder.layer")
    for number, (name, layer) in enumerate(list(layers.named_children())):
        if number not in exact:
            layers.register_module(name, Int8Layer(layer, heads))


def _linear(layer: nn.Module, name: str) -> nn.Linear:
    found = layer.get_submodule(name)
    assert isinstance(found, nn.Linear)
    return found

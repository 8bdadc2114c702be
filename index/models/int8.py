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

ROWS = 128
"""Rows are padded to a multiple of this: oneDNN makes a kernel for each shape it sees, which takes longer than using it."""
_ZERO = 128
"""What stands for 0 in an unsigned byte; the kernels for signed activations are many times slower."""
LEAST_GELU = -0.17
"""GELU gives nothing smaller, so no half of the byte is kept for negative numbers behind it."""


def has_int8() -> bool:
    """Whether this PyTorch has the operators."""
    return hasattr(torch.ops.onednn, "qlinear_prepack") and hasattr(torch.ops.onednn, "qlinear_pointwise")


class Int8Linear(nn.Module):
    """(..., inputs) -> (..., outputs).

    `least`: no input is smaller. Without it, inputs are taken to lie evenly around 0.
    """

    bias: torch.Tensor
    scale: torch.Tensor
    packed: torch.Tensor
    zero: torch.Tensor

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, least: float | None = None) -> None:
        super().__init__()
        self.least = least
        scale = weight.abs().amax(1).clamp(min=1e-12) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("zero", torch.zeros(len(weight), dtype=torch.int32))
        whole = (weight / scale[:, None]).round().to(torch.int8)
        self.register_buffer("bias", bias + (least or 0.0) * whole.sum(1) * scale)
        self.register_buffer("packed", torch.ops.onednn.qlinear_prepack(whole, None))

    @staticmethod
    def of(layers: Sequence[nn.Linear], least: float | None = None) -> Int8Linear:
        """Linear layers over the same input as one."""
        weight = torch.cat([layer.weight.detach().float() for layer in layers])
        return Int8Linear(weight, torch.cat([layer.bias.detach().float() for layer in layers]), least)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        rows = states.reshape(-1, states.shape[-1])
        # Rounded by cutting off behind one half, in as few passes over memory as may be.
        if self.least is None:
            scale = rows.abs().amax(1, keepdim=True).clamp_(min=1e-12).div_(127)
            whole = (rows * scale.reciprocal()).add_(_ZERO + 0.5).to(torch.uint8)
        else:
            scale = rows.amax(1, keepdim=True).sub_(self.least).clamp_(min=1e-12).div_(255)
            up = scale.reciprocal()
            whole = (rows * up).add_(up.mul(-self.least).add_(0.5)).clamp_(0, 255).to(torch.uint8)
        whole = pad(whole, (0, 0, 0, -len(rows) % ROWS))
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
        self.attention = Int8Linear.of([_linear(layer, f"attention.self.{x}") for x in ("query", "key", "value")])
        self.attended = Int8Linear.of([_linear(layer, "attention.output.dense")])
        self.attended_norm = layer.get_submodule("attention.output.LayerNorm")
        self.intermediate = Int8Linear.of([_linear(layer, "intermediate.dense")])
        self.output = Int8Linear.of([_linear(layer, "output.dense")], least=LEAST_GELU)
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

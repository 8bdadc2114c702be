"""Matrix products in 8-bit integers, for CPUs that multiply those fastest.

Weights have one scale for each output, and activations one for each word piece (Yao et al., "ZeroQuant", 2022), taken
from its largest value: so what a text is given does not depend on the others in its batch. One scale for the whole
batch, as in PyTorch's dynamic quantisation, chose another sentence more than three times as often (docs/choices.md).

The products are oneDNN's, through the operators that PyTorch's own int8 export uses.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import pad

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

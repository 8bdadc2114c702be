from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import gelu

from index.models.hardware import hardware
from index.models.int8 import LEAST_GELU, Int8Linear


def far(found: torch.Tensor, exact: torch.Tensor) -> float:
    """The relative error, as the share of the exact result's length."""
    return float((found - exact).norm() / exact.norm())


@torch.inference_mode()
def test_products_are_nearly_those_of_float32() -> None:
    torch.manual_seed(1)
    layer, states = nn.Linear(64, 96), torch.randn(3, 50, 64)
    # Where integers overflow they are not used (`index/models/hardware.py`), and may be this far off.
    within = 0.02 if "int8" in hardware().gflops else 0.25
    assert far(Int8Linear(layer.weight, layer.bias)(states), layer(states)) < within


@torch.inference_mode()
def test_what_is_never_far_below_zero_has_the_whole_byte() -> None:
    torch.manual_seed(1)
    layer, states = nn.Linear(64, 32), gelu(torch.randn(200, 64) * 3)
    even, above = (
        far(Int8Linear(layer.weight, layer.bias, least)(states), layer(states)) for least in (None, LEAST_GELU)
    )
    assert above < 0.7 * even


@torch.inference_mode()
def test_a_row_is_read_the_same_beside_any_others() -> None:
    torch.manual_seed(1)
    dense = nn.Linear(64, 32)
    layer = Int8Linear(dense.weight, dense.bias)
    row = torch.randn(1, 64)
    loud = torch.randn(300, 64) * 100
    assert torch.equal(layer(torch.cat([row, loud]))[:1], layer(row))

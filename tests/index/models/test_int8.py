from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import gelu

from index.models.hardware import numbers_for
from index.models.int8 import Int8Layer, Int8Linear, to_int8
from index.reading.network import bert
from index.reading.ours import OurModel
from index.reading.reader import WEIGHTS

CONFIG = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "vocab_size": 50,
}


def far(found: torch.Tensor, exact: torch.Tensor) -> float:
    """The relative error, as the share of the exact result's length."""
    return float((found - exact).norm() / exact.norm())


@torch.inference_mode()
def test_several_layers_as_one_give_what_each_gives() -> None:
    torch.manual_seed(1)
    layers = [nn.Linear(64, 64), nn.Linear(64, 32)]
    states = torch.randn(3, 50, 64)
    assert far(Int8Linear.of(layers)(states), torch.cat([layer(states) for layer in layers], -1)) < 0.02


@torch.inference_mode()
def test_what_is_never_far_below_zero_has_the_whole_byte() -> None:
    torch.manual_seed(1)
    layer, states = nn.Linear(64, 32), gelu(torch.randn(200, 64) * 3)
    even, above = (far(Int8Linear.of([layer], least)(states), layer(states)) for least in (None, -0.17))
    assert above < 0.7 * even


@torch.inference_mode()
def test_a_row_is_read_the_same_beside_any_others() -> None:
    torch.manual_seed(1)
    layer = Int8Linear.of([nn.Linear(64, 32)])
    row = torch.randn(1, 64)
    loud = torch.randn(300, 64) * 100
    assert torch.equal(layer(torch.cat([row, loud]))[:1], layer(row))


@torch.inference_mode()
def test_an_encoder_says_nearly_the_same_with_and_without_padding() -> None:
    torch.manual_seed(1)
    encoder = bert(CONFIG).eval()
    states = torch.randn(2, 30, 64)
    mask = torch.ones(2, 1, 30, 30, dtype=torch.bool)
    mask[1, :, :, 20:] = False
    layers = encoder.get_submodule("encoder.layer")

    def through(states: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        for layer in layers.children():
            states = layer(states, mask)
        return states

    exact = through(states, mask)
    to_int8(encoder, heads=4)
    found = through(states, mask)
    assert far(found, exact) < 0.03
    assert torch.allclose(found[1:, :20], through(states[1:, :20], None), atol=1e-5)


def test_the_reader_uses_it_where_it_is_fast() -> None:
    used = any(isinstance(module, Int8Layer) for module in OurModel(WEIGHTS)._network.modules())
    assert used == (numbers_for("reading") == "int8")


def test_layers_can_be_kept_exact() -> None:
    encoder = bert(CONFIG)
    to_int8(encoder, heads=4, exact={1})
    first, second = encoder.get_submodule("encoder.layer").children()
    assert isinstance(first, Int8Layer)
    assert not isinstance(second, Int8Layer)

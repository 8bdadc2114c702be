from __future__ import annotations

import pytest
import torch

from index.models.hardware import hardware
from index.models.int8 import Int8Linear
from index.models.numbers import Numbers
from index.models.packing import DenseLinear, PackedBert, Packing, batches, shared_out
from index.reading.network import bert

CONFIG = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "vocab_size": 50,
}


def test_texts_of_equal_length_stand_together_and_the_matrix_is_filled_up() -> None:
    packing = Packing.of([5, 5, 3])
    assert packing.groups == ((0, 2, 5), (10, 1, 3))
    assert (packing.pieces, packing.rows) == (13, 128)


def test_batches_hold_every_text_once_and_no_more_pieces_than_asked_for() -> None:
    lengths = [3, 40, 7, 7, 100, 1, 12]
    made = batches(lengths, 50)
    assert sorted(n for rows in made for n in rows) == list(range(7))
    assert all(sum(lengths[n] for n in rows) <= 50 or len(rows) == 1 for rows in made)


def test_work_is_shared_out_evenly_and_every_text_once() -> None:
    lengths = [30, 90, 10, 60, 60, 30, 20]
    made = shared_out(lengths, 3)
    assert sorted(n for rows in made for n in rows) == list(range(7))
    assert {sum(lengths[n] for n in rows) for rows in made} <= set(range(85, 116))
    assert shared_out([5, 5], 8) == [[0], [1]]
    assert shared_out([], 2) == []


@pytest.mark.parametrize(("numbers", "within"), [("float32", 0.001), ("bfloat16", 0.05), ("int8", 0.05)])
@torch.inference_mode()
def test_packed_is_what_the_padded_network_gives(numbers: Numbers, within: float) -> None:
    numbers = numbers if numbers in hardware().gflops else "float32"  # no kind that this processor cannot
    torch.manual_seed(1)
    encoder = bert(CONFIG).eval()
    packed = PackedBert({**CONFIG, "layer_norm_eps": 1e-12}, encoder.state_dict(), numbers)
    rows = [[1, 7, 9, 30, 2], [1, 8, 2], [1, 40, 41, 42, 2]]
    found = packed.means(sorted(rows, key=len, reverse=True))
    for row, mean in zip(sorted(rows, key=len, reverse=True), found, strict=True):
        exact = encoder(input_ids=torch.tensor([row])).last_hidden_state[0].mean(0)
        assert float((mean - exact).norm() / exact.norm()) < within


def test_layers_can_be_kept_exact_among_integers() -> None:
    packed = PackedBert(CONFIG, bert(CONFIG).state_dict(), "int8", exact={1})
    first, second = packed.layers
    assert isinstance(first.get_submodule("output"), Int8Linear)
    assert isinstance(second.get_submodule("output"), DenseLinear)

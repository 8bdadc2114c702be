from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from evals.training.finish_reader import averaged, linear


def test_the_mean_of_what_all_stages_have(tmp_path: Path) -> None:
    save_file({"a": torch.tensor([1.0, 2.0]), "promise.bias": torch.zeros(1)}, tmp_path / "one")
    save_file({"a": torch.tensor([3.0, 2.0]), "b": torch.zeros(1)}, tmp_path / "two")
    made = averaged([tmp_path / "one", tmp_path / "two"])
    assert {name: value.tolist() for name, value in made.items()} == {"a": [2.0, 2.0]}
    assert made["a"].dtype == torch.float16


def test_the_probe_gives_back_a_linear_rule_for_summaries_as_they_come() -> None:
    summaries = np.random.default_rng(3).normal(5.0, 2.0, (4000, 6)).astype(np.float32)
    rule = np.array([1.0, -2.0, 0.5, 0.0, 0.0, 3.0], dtype=np.float32)
    weight, bias = linear(summaries, summaries @ rule - 4)
    told = summaries @ weight[0].float().numpy() + float(bias)
    assert weight.shape == (1, 6)
    assert np.corrcoef(told, summaries @ rule)[0, 1] > 0.99
    assert abs(float(np.mean(told - (summaries @ rule - 4)))) < 0.05

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from index.models import hardware as module
from index.models.hardware import Hardware, hardware, numbers_for, use_numbers
from index.models.packing import DenseLinear


def of(**gflops: float) -> Hardware:
    return Hardware("a processor", 2, "2.13", 2, gflops)


@pytest.mark.parametrize(
    ("gflops", "embedding", "reading"),
    [
        ({"float32": 290, "bfloat16": 1400, "int8": 800}, "bfloat16", "bfloat16"),  # matrix units
        ({"float32": 200, "bfloat16": 700, "int8": 1200}, "bfloat16", "int8"),  # AVX512_BF16 and VNNI
        ({"float32": 200, "bfloat16": 60, "int8": 700}, "float32", "int8"),  # VNNI alone
        ({"float32": 100, "bfloat16": 104}, "float32", "float32"),  # not worth it
        ({"float32": 50}, "float32", "float32"),
    ],
)
def test_the_fastest_kind_is_chosen_where_it_buys_something(
    gflops: dict[str, float], embedding: str, reading: str
) -> None:
    assert (of(**gflops).best("embedding"), of(**gflops).best("reading")) == (embedding, reading)


def test_it_is_measured_once_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(module, "_known", {})
    first = hardware()
    assert first.gflops["float32"] > 0
    assert json.loads(Path(first.remembered).read_text())["gflops"] == first.gflops
    monkeypatch.setattr(module, "_known", {})
    monkeypatch.setattr(module, "_measured", lambda: pytest.fail("measured again"))
    assert hardware() == first
    monkeypatch.setattr(module, "_measured", lambda: {"float32": 1.0})
    assert hardware(again=True).gflops == {"float32": 1.0}


def test_what_cannot_be_remembered_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(module, "_cache_folder", lambda: tmp_path / "file" / "below")
    monkeypatch.setattr(module, "_known", {})
    assert hardware().gflops["float32"] > 0


def test_it_can_be_overridden() -> None:
    try:
        use_numbers("float32")
        assert (numbers_for("embedding"), numbers_for("reading")) == ("float32", "float32")
        use_numbers("int8")
        can = "int8" in hardware().gflops
        assert numbers_for("reading") == ("int8" if can else hardware().best("reading"))
        assert numbers_for("embedding") in ("float32", "bfloat16")
        with pytest.raises(ValueError, match="use measured, float32"):
            use_numbers("float64")
    finally:
        use_numbers("measured")


def test_what_this_processor_cannot_gives_way_to_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "hardware", lambda: of(float32=100.0))
    try:
        for numbers in ("bfloat16", "int8"):
            use_numbers(numbers)
            assert (numbers_for("embedding"), numbers_for("reading")) == ("float32", "float32")
    finally:
        use_numbers("measured")


def test_integers_that_overflow_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Overflowing(DenseLinear):
        def forward(self, states: torch.Tensor) -> torch.Tensor:
            return super().forward(states).clamp(-20, 20)

    monkeypatch.setattr("index.models.int8.Int8Linear", Overflowing)
    monkeypatch.setattr("index.models.int8.has_int8", lambda: True)
    assert "int8" not in module._measured()

from __future__ import annotations

import pytest
import torch

from index.models.hardware import best_dtype, fast_int8


@pytest.mark.parametrize(("amx", "kind"), [(True, torch.bfloat16), (False, torch.float32)])
def test_bfloat16_only_with_matrix_units(amx: bool, kind: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": amx, "avx512_bf16": True})
    best_dtype.cache_clear()
    assert best_dtype() == kind
    best_dtype.cache_clear()


@pytest.mark.parametrize(
    ("capabilities", "fast"),
    [
        ({"avx512_vnni": True}, True),
        ({"avx_vnni": True, "amx_bf16": False}, True),
        ({"avx512_vnni": True, "amx_bf16": True}, False),
        ({"avx2": True}, False),
        ({}, False),
    ],
)
def test_int8_where_there_are_instructions_for_it_and_no_matrix_units(
    capabilities: dict[str, bool], fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    fast_int8.cache_clear()
    assert fast_int8() == fast
    fast_int8.cache_clear()

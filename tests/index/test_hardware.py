from __future__ import annotations

import pytest
import torch

from index.hardware import best_dtype


@pytest.mark.parametrize(("amx", "kind"), [(True, torch.bfloat16), (False, torch.float32)])
def test_bfloat16_only_with_matrix_units(amx: bool, kind: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": amx, "avx512_bf16": True})
    best_dtype.cache_clear()
    assert best_dtype() == kind
    best_dtype.cache_clear()

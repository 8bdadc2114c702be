"""What the processor is good at."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@lru_cache(maxsize=1)
def best_dtype() -> torch.dtype:
    """bfloat16 where the CPU has matrix units for it (AMX: three times as fast there), float32 elsewhere.

    The vector instructions alone (AVX512_BF16) do not pay: on a CPU with them and without AMX, float32 took 0.6 of
    the time of bfloat16 (docs/choices.md)."""
    import torch

    return torch.bfloat16 if _capabilities().get("amx_bf16") else torch.float32


@lru_cache(maxsize=1)
def fast_int8() -> bool:
    """Whether 8-bit integers are what the CPU multiplies fastest: it has vector instructions for them (VNNI), this
    PyTorch the operators, and there are no matrix units, for which bfloat16 is as fast and closer to the truth."""
    import torch

    capabilities = _capabilities()
    return (
        bool(capabilities.get("avx512_vnni") or capabilities.get("avx_vnni"))
        and not capabilities.get("amx_bf16")
        and hasattr(torch.ops.onednn, "qlinear_prepack")
        and hasattr(torch.ops.onednn, "qlinear_pointwise")
    )


def _capabilities() -> dict[str, object]:
    """What PyTorch knows of the CPU, by name; nothing when it is too old to say."""
    import torch

    found: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return found

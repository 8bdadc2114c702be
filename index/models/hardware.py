"""What the processor multiplies fastest: measured once a machine, and remembered.

Lists of processor flags were wrong for many machines: with AVX512_BF16 and without matrix units, bfloat16 is anything from
slower than float32 to four times as fast, depending on the processor and on PyTorch's build. A few products of the
shapes that embedding and reading use, in turns, say it in a fraction of a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from .numbers import Numbers

if TYPE_CHECKING:
    import torch

Use = Literal["embedding", "reading"]

_ROWS, _INPUTS, _OUTPUTS = 1024, 384, 1536
"""A batch of word pieces through the widest layer of MiniLM."""
_ROUNDS = 6
"""Each kind is timed so often, in turns; the best counts, so that a busy moment spoils nothing."""
_GAIN = {"bfloat16": 1.1, "int8": 1.15}
"""A kind must be so many times as fast as the next exact one: what it loses in exactness should buy something."""
_NEAR = 0.03
"""A kind counts only where its product is as near as this to that of float32, as a share of its length: without VNNI the integer
kernels add pairs of products in 16 bits, which overflow, and are 0.15 off."""
_VERSION = 2

_chosen: Numbers | None = None


@dataclass(frozen=True, slots=True)
class Hardware:
    """The processor, and billions of multiplications and additions a second that it reached with each kind of number;
    `int8` includes making the integers. What it cannot, or not exactly enough, is missing. `remembered` is where this is kept."""

    processor: str
    cores: int
    torch: str
    threads: int
    gflops: Mapping[str, float]
    remembered: str = ""

    def best(self, use: Use) -> Numbers:
        """Embedding needs vectors that do not depend on the machine to more than 0.001 of a cosine, which integers do
        not keep (docs/choices.md); reading may use them."""
        best: Numbers = "float32"
        kinds: tuple[Numbers, ...] = ("bfloat16",) if use == "embedding" else ("bfloat16", "int8")
        for kind in kinds:
            if self.gflops.get(kind, 0.0) > _GAIN[kind] * self.gflops.get(best, 0.0):
                best = kind
        return best


def use_numbers(numbers: str) -> None:
    """Overrides what was measured, for all that is loaded from now on; "measured" goes by the measurement again.

    What this processor cannot, and integers where they may not be, give way to what was measured. Raises ValueError for
    another word."""
    global _chosen
    if numbers not in ("measured", *get_args(Numbers)):
        raise ValueError(f"{numbers!r}: use measured, {', '.join(get_args(Numbers))}")
    _chosen = None if numbers == "measured" else cast(Numbers, numbers)


def numbers_for(use: Use) -> Numbers:
    """What to reckon in here: what was chosen, else what was measured."""
    if _chosen == "float32":
        return _chosen
    found = hardware()
    if _chosen is not None and _chosen in found.gflops and not (use == "embedding" and _chosen == "int8"):
        return _chosen
    return found.best(use)


def dtype_of(numbers: Numbers) -> torch.dtype:
    """The type of PyTorch's tensors of these numbers."""
    import torch

    kinds = {"float32": torch.float32, "bfloat16": torch.bfloat16, "int8": torch.int8}
    return kinds[numbers]


_known: dict[str, Hardware] = {}


def hardware(*, again: bool = False) -> Hardware:
    """What is remembered of this machine; measured when nothing is, or `again`."""
    import torch

    processor, cores, threads = _processor(), os.cpu_count() or 1, torch.get_num_threads()
    key = hashlib.sha256(f"{_VERSION} {processor} {cores} {torch.__version__} {threads}".encode()).hexdigest()[:16]
    if not again and key in _known:
        return _known[key]
    file = _cache_folder() / f"hardware-{key}.json"
    found = None if again else _remembered(file)
    if found is None:
        found = Hardware(processor, cores, torch.__version__, threads, _measured(), str(file))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(asdict(found)), encoding="utf-8")
            unfinished.replace(file)
        except OSError:
            pass  # a read-only home only costs the measurement again
    _known[key] = found
    return found


def _remembered(file: Path) -> Hardware | None:
    try:
        return Hardware(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _measured() -> dict[str, float]:
    """Billions of multiplications and additions a second, by kind."""
    import torch

    from .int8 import Int8Linear, has_int8
    from .packing import DenseLinear

    products: dict[str, Callable[[], Any]] = {}
    # Even weights, few of them small: where integers overflow, they show it.
    weight, bias = torch.rand(_OUTPUTS, _INPUTS) * 2 - 1, torch.randn(_OUTPUTS)
    states = torch.randn(_ROWS, _INPUTS)
    exact = torch.nn.functional.linear(states, weight, bias)

    def add(kind: str, make: Callable[[], torch.nn.Module], rows: torch.Tensor) -> None:
        try:
            layer = make()
            far = float((layer(rows).float() - exact).norm() / exact.norm())
        except (RuntimeError, NotImplementedError, AttributeError):  # this processor or this PyTorch cannot
            return
        if far <= _NEAR:
            products[kind] = lambda: layer(rows)

    with torch.inference_mode():
        add("float32", lambda: DenseLinear(weight, bias), states)
        low = torch.bfloat16
        add("bfloat16", lambda: DenseLinear(weight.to(low), bias.to(low)), states.to(low))
        if has_int8():
            add("int8", lambda: Int8Linear(weight, bias), states)
        best = dict.fromkeys(products, float("inf"))
        for _ in range(_ROUNDS):
            for kind, product in products.items():
                begun = time.perf_counter()
                for _ in range(3):
                    product()
                best[kind] = min(best[kind], (time.perf_counter() - begun) / 3)
    work = 2 * _ROWS * _INPUTS * _OUTPUTS
    return {kind: round(work / seconds / 1e9, 1) for kind, seconds in best.items()}


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("newsdesk")


def _processor() -> str:
    """The model of the processor as the system names it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()

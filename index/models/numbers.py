"""The kinds of number that models reckon in."""

from __future__ import annotations

from typing import Literal

Numbers = Literal["float32", "bfloat16", "int8"]
"""`int8`: matrix products in 8-bit integers, all between them in float32."""

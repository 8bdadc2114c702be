"""Where data sets lie that are not in the repository: beside it, and perhaps not there."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

"""WiCE (Kamoi et al., 2023): Wikipedia sentences with the sentences of the pages they cite. Not in the repository."""

from __future__ import annotations

import json
from pathlib import Path

from ..splits import hashed
from .claims import CitedClaim
from .shared import DATA

WICE = DATA / "support" / "wice-claim-dev.jsonl"


def wice_claims(file: Path = WICE) -> list[CitedClaim]:
    """A line is `{"claim", "evidence": [sentence, ...], "label"}`; half of the claims, by their hash, are for fitting."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        CitedClaim(
            "WiCE",
            row["label"],
            row["claim"],
            tuple(row["evidence"]),
            row["label"] == "supported",
            "fit" if hashed(row["claim"]) % 2 else "test",
        )
        for row in rows
    ]

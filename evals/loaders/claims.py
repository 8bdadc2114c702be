"""Claims with the texts that they cite: paraphrases and one-fact-off corruptions of sentences of our corpora."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from ..cases import HERE


@dataclass(frozen=True, slots=True)
class CitedClaim:
    """A sentence with the texts it cites. `supported` is what a person says; only "fit" may be fitted on."""

    set: str
    kind: str
    sentence: str
    spans: tuple[str, ...]
    supported: bool
    part: Literal["fit", "test"]


def own_claims() -> list[CitedClaim]:
    """Of sentences of our corpora: paraphrases, which are supported, and corruptions, which are not."""
    lines = (HERE / "questions" / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        CitedClaim(
            row["corpus"],
            row["kind"],
            row["claim"],
            (row["span"],),
            row["kind"] == "paraphrase",
            "fit" if row["part"] == "development" else "test",
        )
        for row in map(json.loads, lines)
    ]

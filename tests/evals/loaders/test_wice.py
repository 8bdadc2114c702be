from __future__ import annotations

import json
from pathlib import Path

from evals.loaders.wice import wice_claims


def test_only_what_is_supported_wholly_counts_as_supported_and_half_is_for_fitting(tmp_path: Path) -> None:
    labels = ("supported", "partially_supported", "not_supported")
    rows = [{"claim": f"Claim {n}.", "evidence": ["One.", "Two."], "label": labels[n % 3]} for n in range(60)]
    (tmp_path / "wice.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    claims = wice_claims(tmp_path / "wice.jsonl")
    assert [c.supported for c in claims[:3]] == [True, False, False]
    assert claims[0].spans == ("One.", "Two.")
    assert 15 < sum(c.part == "fit" for c in claims) < 45

from __future__ import annotations

import pytest

from evals.loaders.claims import own_claims
from evals.support import checked, report


def test_corruptions_are_caught_and_paraphrases_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """On a sample of our own claims: what is printed is counted on them."""
    claims = own_claims()[::8]
    report(claims, checked(claims))
    printed = capsys.readouterr().out
    assert printed.startswith("milliseconds a sentence: p50 ")
    paraphrases = sum(c.kind == "paraphrase" for c in claims)
    assert f"paraphrase {paraphrases}/{paraphrases}" in printed
    assert "false alarms 0.000" in printed

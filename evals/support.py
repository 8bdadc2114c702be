"""Measures `qa.verify`: `python -m evals.support` prints how well it tells claims that their texts support from others.

Data: WiCE's development claims (where it is there), and our own paraphrases and one-fact-off corruptions of newswire
sentences (`questions/claims.jsonl`). Half of WiCE's claims and the development part of our own are what the score is
fitted on (`training/fit_verification.py`); the rest tests.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Sequence

from tqdm import tqdm

from index import Reader
from qa.checking.verdicts import Check, calibration, check, judged

from .loaders.claims import CitedClaim, own_claims
from .loaders.wice import WICE, wice_claims
from .statistics import auroc, balanced_accuracy, f1_score, mean, percentile


def main() -> None:
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    claims = measured_claims()
    report(claims, checked(claims))


def measured_claims() -> list[CitedClaim]:
    return [*own_claims(), *(wice_claims() if WICE.exists() else ())]


def checked(claims: Sequence[CitedClaim]) -> list[Check]:
    """Checks every claim and prints how long one takes."""
    reader = Reader.open()
    checks, times = [], []
    for claim in tqdm(claims, desc="checking", disable=None):
        begun = time.perf_counter()
        checks.append(check(claim.sentence, claim.spans, reader))
        times.append((time.perf_counter() - begun) * 1000)
    print(f"milliseconds a sentence: p50 {percentile(times, 0.5):.1f}, p95 {percentile(times, 0.95):.1f}")
    return checks


def report(claims: Sequence[CitedClaim], checks: Sequence[Check]) -> None:
    """Prints the figures of each set and part with the weights that are stored, and of our own claims by kind."""
    weights = calibration()
    verdicts = [judged(c, weights) for c in checks]
    groups: dict[str, list[int]] = defaultdict(list)
    for n, claim in enumerate(claims):
        groups[f"{claim.set}, {'fitted on' if claim.part == 'fit' else 'tested on'}"].append(n)
    for name, members in groups.items():
        gold = [claims[n].supported for n in members]
        said = [verdicts[n].label == "supported" for n in members]
        scores = [verdicts[n].score for n in members]
        caught = mean([not s for s, g in zip(said, gold, strict=True) if not g])
        alarms = mean([not s for s, g in zip(said, gold, strict=True) if g])
        print(
            f"{name:32} n {len(members):4}  F1 {f1_score(gold, said):.3f}  balanced accuracy "
            f"{balanced_accuracy(gold, said):.3f}  AUROC {auroc(gold, scores):.3f}  "
            f"caught {caught:.3f}  false alarms {alarms:.3f}"
        )
    own = {claim.set for claim in own_claims()}
    kinds: dict[str, list[bool]] = defaultdict(list)
    for claim, verdict in zip(claims, verdicts, strict=True):
        if claim.set in own:
            kinds[claim.kind].append((verdict.label == "supported") == claim.supported)
    print("own claims, right by kind: " + ", ".join(f"{k} {sum(v)}/{len(v)}" for k, v in sorted(kinds.items())))


if __name__ == "__main__":
    main()

"""Fits and measures `qa.verify`: `python -m evals.support` prints, `--write` also writes `qa/checking/weights/verification.json`.

Data: WiCE's development claims (Kamoi et al., 2023; Wikipedia sentences with the sentences of the
pages they cite), our own paraphrases and one-fact-off corruptions of newswire sentences
(`questions/claims.jsonl`), and statements made from the questions of articles that the reader's
training left out. Half of WiCE's articles and the development part of our own fit; the rest tests.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score
from tqdm import tqdm

from index import Reader
from index.models.logistic import Logistic
from qa.checking.verdicts import CALIBRATION, FEATURES, Check, calibration, check, judged

from .cases import HERE
from .metrics import percentile
from .training.claims import claims_of
from .training.reader_data import SHARED, in_development, load_questions

SUPPORTED_FROM = 0.35
"""Chosen by hand from 0.1 to 0.6: the highest at which no own paraphrase was doubted; WiCE changed little up to it."""
WICE = SHARED.parent / "support" / "wice-claim-dev.jsonl"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence with the texts it cites. `supported` is what a person says; `part` "fit" or "test"."""

    set: str
    kind: str
    sentence: str
    spans: tuple[str, ...]
    supported: bool
    part: str


def wice(file: Path = WICE) -> Iterator[Pair]:
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        half = int(hashlib.sha256(row["claim"].encode()).hexdigest(), 16) % 2
        yield Pair(
            "WiCE",
            row["label"],
            row["claim"],
            tuple(row["evidence"]),
            row["label"] == "supported",
            "fit" if half else "test",
        )


def ours() -> Iterator[Pair]:
    for line in (HERE / "questions" / "claims.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Pair(
            row["corpus"],
            row["kind"],
            row["claim"],
            (row["span"],),
            row["kind"] == "paraphrase",
            "fit" if row["part"] == "development" else "test",
        )


def made() -> Iterator[Pair]:
    """Statements from questions on articles that the reader never saw, true and false."""
    questions = [q for q in load_questions() if in_development(q.title) and q.set != "policyqa" and q.answers]
    given: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        given[question.title].append(question.answers[0][0])
    for question in questions:
        others = [a for a in given[question.title] if a != question.answers[0][0]]
        for claim, text, true in claims_of(
            question.text, question.answers, others, question.context, random.Random(question.id)
        ):
            yield Pair("made from questions", "", claim, (text,), true, "fit")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--write", action="store_true", help="fit again and write qa/checking/weights/verification.json"
    )
    options = parser.parse_args()
    reader = Reader.open()
    pairs = [*ours(), *(wice() if WICE.exists() else ()), *(made() if options.write else ())]
    checks, times = [], []
    for pair in tqdm(pairs, desc="checking", disable=None):
        begun = time.perf_counter()
        checks.append(check(pair.sentence, pair.spans, reader))
        times.append((time.perf_counter() - begun) * 1000)
    if options.write:
        write(pairs, checks)
    report(pairs, checks)
    print(f"milliseconds a sentence: p50 {percentile(times, 0.5):.1f}, p95 {percentile(times, 0.95):.1f}")


def write(pairs: Sequence[Pair], checks: Sequence[Check]) -> None:
    fits = [n for n, p in enumerate(pairs) if p.part == "fit"]
    model = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced")
    sizes: dict[str, int] = defaultdict(int)
    for n in fits:
        sizes[pairs[n].set] += 1
    weights = [1.0 / sizes[pairs[n].set] * len(fits) * (2.0 if pairs[n].set == "WiCE" else 1.0) for n in fits]
    model.fit([checks[n].values for n in fits], [pairs[n].supported for n in fits], sample_weight=weights)
    plain = Logistic(tuple(map(float, model.coef_[0])), float(model.intercept_[0]))

    facts = {
        "weights": {name: round(w, 4) for name, w in zip(FEATURES, plain.weights, strict=True)},
        "bias": round(plain.bias, 4),
        "supported_from": SUPPORTED_FROM,
        "partly_from": SUPPORTED_FROM / 2,
        "fitted_on": f"evals/support.py: half of WiCE's development claims, own development pairs, statements made from "
        f"questions; {len(fits)} pairs, classes balanced",
    }
    CALIBRATION.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(facts, indent=2))


def report(pairs: Sequence[Pair], checks: Sequence[Check]) -> None:
    calibration.cache_clear()  # what was just written
    fit = calibration()
    verdicts = [judged(c, fit) for c in checks]
    groups: dict[str, list[int]] = defaultdict(list)
    for n, pair in enumerate(pairs):
        groups[f"{pair.set}, {'fitted on' if pair.part == 'fit' else 'tested on'}"].append(n)
    for name, members in groups.items():
        gold = [pairs[n].supported for n in members]
        said = [verdicts[n].label == "supported" for n in members]
        scores = [verdicts[n].score for n in members]
        caught = sum(not s for s, g in zip(said, gold, strict=True) if not g) / max(1, sum(not g for g in gold))
        alarms = sum(not s for s, g in zip(said, gold, strict=True) if g) / max(1, sum(gold))
        print(
            f"{name:32} n {len(members):4}  F1 {f1_score(gold, said):.3f}  balanced accuracy "
            f"{balanced_accuracy_score(gold, said):.3f}  AUROC {roc_auc_score(gold, scores):.3f}  "
            f"caught {caught:.3f}  false alarms {alarms:.3f}"
        )
    kinds: dict[str, list[bool]] = defaultdict(list)
    for pair, verdict in zip(pairs, verdicts, strict=True):
        if pair.set not in ("WiCE", "made from questions"):
            kinds[pair.kind].append((verdict.label == "supported") == pair.supported)
    print("own pairs, right by kind: " + ", ".join(f"{k} {sum(v)}/{len(v)}" for k, v in sorted(kinds.items())))


if __name__ == "__main__":
    main()

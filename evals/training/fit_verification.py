"""Fits the score that `qa.verify` judges with: `python -m evals.training.fit_verification` writes
`qa/checking/weights/verification.json` and prints its figures.

Data: what `evals/support.py` measures on and marks for fitting, and statements made from the questions of articles
that the reader's training left out.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from sklearn.linear_model import LogisticRegression

from qa.checking.verdicts import CALIBRATION, FEATURES, Check, calibration

from ..loaders.claims import CitedClaim
from ..loaders.squad import training_questions
from ..splits import in_development
from ..support import checked, measured_claims, report
from .claims import claims_of

SUPPORTED_FROM = 0.35
"""Chosen by hand from 0.1 to 0.6: the highest at which no own paraphrase was doubted; WiCE changed little up to it."""
PARTLY_FROM = SUPPORTED_FROM / 2
WICE_WEIGHT = 2.0
"""Times the weight of another set: WiCE's are the only claims that people wrote."""


def made_claims() -> Iterator[CitedClaim]:
    """Statements from questions on articles that the reader never saw, true and false."""
    questions = [q for q in training_questions() if in_development(q.title) and q.set != "policyqa" and q.answers]
    given: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        given[question.title].append(question.answers[0][0])
    for question in questions:
        others = [a for a in given[question.title] if a != question.answers[0][0]]
        for claim, text, true in claims_of(
            question.text, question.answers, others, question.context, random.Random(question.id)
        ):
            yield CitedClaim("made from questions", "", claim, (text,), true, "fit")


def fit(claims: Sequence[CitedClaim], checks: Sequence[Check]) -> dict[str, object]:
    """The facts of `verification.json`, of the claims that are there for fitting. Every set weighs the same, however
    large it is, but WiCE."""
    fits = [n for n, claim in enumerate(claims) if claim.part == "fit"]
    sizes = Counter(claims[n].set for n in fits)
    weights = [len(fits) / sizes[claims[n].set] * (WICE_WEIGHT if claims[n].set == "WiCE" else 1.0) for n in fits]
    model = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced")
    model.fit([checks[n].values for n in fits], [claims[n].supported for n in fits], sample_weight=weights)
    return {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, model.coef_[0], strict=True)},
        "bias": round(float(model.intercept_[0]), 4),
        "supported_from": SUPPORTED_FROM,
        "partly_from": PARTLY_FROM,
        "fitted_on": "evals/training/fit_verification.py: half of WiCE's development claims, own development claims, "
        f"statements made from questions; {len(fits)} pairs, classes balanced",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=" ".join((__doc__ or "").split("\n\n")[0].split()))
    parser.parse_args()
    claims = [*measured_claims(), *made_claims()]
    checks = checked(claims)
    facts = fit(claims, checks)
    CALIBRATION.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(facts, indent=2))
    calibration.cache_clear()  # the figures are of what was just written
    report(claims, checks)


if __name__ == "__main__":
    main()

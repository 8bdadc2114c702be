"""Metrics: pure functions of a case and the answer given to it.

`Metric = Callable[[Case, Answer], float | None]`; None means that the metric does not apply to the
case. Means are taken over the cases it applies to, and their number is shown with them. A case that
ended in an error counts as 0 wherever the metric applies.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from qa import Answer

from .cases import Case, Evidence, Result

Metric = Callable[[Case, Answer], float | None]


def normalised(text: str) -> str:
    """Lower case, plain quotes, single spaces, no thousands separators: how answers are compared.

    >>> normalised("“1,200  Crowns”")
    '"1200 crowns"'
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text).split())


def occurs(answer: str, text: str) -> bool:
    """Whether a known answer stands in a text as whole words.

    >>> occurs("17", "There were 175 of them."), occurs("Geneva", "They met in geneva.")
    (False, True)
    """
    return re.search(rf"(?<!\w){re.escape(normalised(answer))}(?!\w)", normalised(text)) is not None


def answer_accuracy(case: Case, answer: Answer) -> float | None:
    """1 when a known answer occurs in the answer's text; unanswerable cases do not count."""
    if not case.answerable:
        return None
    return float(not answer.abstained and any(occurs(a, answer.text) for a in case.answers))


def evidence_recall(k: int) -> Metric:
    """The share of the case's evidence that the first k passages hold."""

    def recall(case: Case, answer: Answer) -> float | None:
        if not case.evidence:
            return None
        shown = [h.passage for h in answer.hits[:k]]
        found = [
            any(p.document_id == e.document_id and p.start < e.end and e.start < p.end for p in shown)
            for e in case.evidence
        ]
        return sum(found) / len(found)

    return recall


def citation_validity(texts: Mapping[str, str]) -> Metric:
    """The share of citations that are exact spans of their document. `texts` maps document ids to texts."""

    def validity(case: Case, answer: Answer) -> float | None:
        if not answer.citations:
            return None
        exact = [bool(c.quote) and texts.get(c.document_id, "")[c.start : c.end] == c.quote for c in answer.citations]
        return sum(exact) / len(exact)

    return validity


def citation_precision(case: Case, answer: Answer) -> float | None:
    """The share of citations that lead to the case's evidence, or to a sentence with a known answer in it."""
    if not case.answerable or not answer.citations:
        return None
    good = [
        any(_overlaps(c.document_id, c.start, c.end, e) for e in case.evidence)
        or any(occurs(a, c.quote) for a in case.answers)
        for c in answer.citations
    ]
    return sum(good) / len(good)


def citation_recall(case: Case, answer: Answer) -> float | None:
    """The share of the case's evidence that some citation leads to."""
    if not case.evidence:
        return None
    found = [any(_overlaps(c.document_id, c.start, c.end, e) for c in answer.citations) for e in case.evidence]
    return sum(found) / len(found)


def all_evidence(k: int) -> Metric:
    """1 when the first k passages hold all the evidence of a case that has more than one piece (all-hops recall)."""

    def found(case: Case, answer: Answer) -> float | None:
        if len(case.evidence) < 2:
            return None
        shown = [h.passage for h in answer.hits[:k]]
        return float(all(any(_overlaps(p.document_id, p.start, p.end, e) for p in shown) for e in case.evidence))

    return found


def every_answer(case: Case, answer: Answer) -> float | None:
    """1 when all known answers are given, for cases where the sources disagree or that need two documents."""
    if case.category not in ("conflict", "two documents") or len(case.answers) < 2:
        return None
    return float(not answer.abstained and all(occurs(a, answer.text) for a in case.answers))


def conflict_shown(case: Case, answer: Answer) -> float | None:
    """1 when a disagreement of the sources is shown as one; for the cases that have one."""
    return float(bool(answer.conflicts)) if case.expects == "conflict" else None


def conflict_alarm(case: Case, answer: Answer) -> float | None:
    """1 when a disagreement is shown where none is expected: the lower the better."""
    return float(bool(answer.conflicts)) if case.expects != "conflict" and case.category != "two documents" else None


def part_missing(case: Case, answer: Answer) -> float | None:
    """1 when the answer says that a part is missing; for the cases where one is."""
    return float(answer.outcome == "partly") if case.expects == "partly" else None


def _overlaps(document_id: str, start: int, end: int, evidence: Evidence) -> bool:
    return document_id == evidence.document_id and start < evidence.end and evidence.start < end


def refusal_scores(results: Sequence[Result]) -> dict[str, float]:
    """Precision, recall and F1 of abstaining, NaN where undefined. An error is neither an answer nor a refusal."""
    refused = [r for r in results if r.answer is not None and r.answer.abstained]
    right = sum(not r.case.answerable for r in refused)
    unanswerable = sum(not r.case.answerable for r in results)
    precision = right / len(refused) if refused else math.nan
    recall = right / unanswerable if unanswerable else math.nan
    f1 = 2 * right / (len(refused) + unanswerable) if refused or unanswerable else math.nan
    return {"refusal precision": precision, "refusal recall": recall, "refusal F1": f1}


def risk_coverage(
    probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], unanswerable: float | None = None
) -> list[dict[str, float]]:
    """El-Yaniv and Wiener (2010): for each threshold, the share of questions answered and the share of wrong ones among them.

    `probability` and `right` have shape (n,). With `unanswerable` the questions are weighted so that this share of
    them has no answer. Thresholds go up in steps of 0.02.
    """
    weight = _weights(right, unanswerable)
    points = []
    for threshold in np.arange(0.0, 1.0, 0.02):
        answered = probability >= threshold
        given = float(weight[answered].sum())
        points.append(
            {
                "threshold": round(float(threshold), 2),
                "coverage": round(given / float(weight.sum()), 4),
                "risk": round(float(weight[answered & ~right].sum()) / given, 4) if given else 0.0,
            }
        )
    return points


def expected_calibration_error(
    probability: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    bins: int = 10,
    unanswerable: float | None = None,
) -> float:
    """Naeini et al. (2015): the mean gap between stated and observed frequency, over bins of equal size.

    With `unanswerable` the questions are weighted so that this share of them has no answer."""
    weight = _weights(right, unanswerable)
    order = np.argsort(probability)
    gaps = [
        abs(float(np.average(probability[part] - right[part], weights=weight[part]))) * float(weight[part].sum())
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return float(sum(gaps) / weight.sum())


def _weights(right: npt.NDArray[np.bool_], unanswerable: float | None) -> npt.NDArray[np.float64]:
    """A weight a question, 1 on average, so that `unanswerable` is the share of those that are not right."""
    share = float(np.mean(~right)) if unanswerable is None else unanswerable
    weights = np.where(right, (1 - share) / max(right.mean(), 1e-9), share / max((~right).mean(), 1e-9))
    return np.asarray(weights, dtype=np.float64)


def refusal_curve(results: Sequence[Result]) -> dict[str, Any]:
    """AUROC and expected calibration error of `answerable` over the cases, and the risk-coverage points of their scores."""
    from sklearn.metrics import roc_auc_score

    answered = [(r.answer.answerable, r.case.answerable) for r in results if r.answer is not None]
    probability = np.array([p for p, _ in answered])
    right = np.array([a for _, a in answered], dtype=bool)
    if not len(right) or right.all() or not right.any():
        return {}
    return {
        "auroc": float(roc_auc_score(right, probability)),
        "expected calibration error": expected_calibration_error(probability, right),
        "risk_coverage": risk_coverage(probability, right),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile, NaN of nothing.

    >>> percentile([30, 10, 20], 0.5), percentile([30, 10, 20], 0.95)
    (20, 30)
    """
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def mean(metric: Metric, results: Sequence[Result]) -> tuple[float, int]:
    """The mean over the cases a metric applies to, and their number; NaN of none."""
    values = []
    for result in results:
        if result.answer is not None:
            value = metric(result.case, result.answer)
        else:
            value = 0.0 if result.case.answerable else None
        if value is not None:
            values.append(value)
    return (sum(values) / len(values) if values else math.nan), len(values)

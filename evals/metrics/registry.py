"""Every metric by the name it is reported under.

A metric is a pure function of a case and the answer given to it; None means that it does not apply to the case. Its
figures are of the cases it applies to, and their number stands with them. A case that ended in an error is measured
as an empty answer, so that it counts as 0 in what it should have given. What needs all the cases at once is a
function of the results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from qa import Answer

from ..cases import Case, Result
from ..statistics import mean, percentile
from .answer_accuracy import answer_accuracy
from .citation_precision import citation_precision
from .citation_recall import citation_recall
from .citation_validity import citation_validity
from .conflicts import conflict_alarm, conflict_shown
from .every_answer import every_answer
from .evidence_recall import all_evidence, evidence_recall
from .latency import latency
from .part_missing import part_missing
from .refusal import refusal_f1, refusal_precision, refusal_recall

Statistic = Callable[[Sequence[float]], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """A name, the function that measures a case, and the statistics of its values, by the name of each figure."""

    name: str
    measure: Callable[[Case, Answer], float | None]
    statistics: Mapping[str, Statistic] | None = None

    def figures(self) -> Mapping[str, Statistic]:
        """The mean under the metric's own name, unless it says otherwise."""
        return self.statistics or {self.name: mean}

    def values(self, results: Sequence[Result]) -> list[float]:
        """The values of the cases that the metric applies to."""
        measured = (self.measure(r.case, r.measured) for r in results)
        return [value for value in measured if value is not None]


def metrics(texts: Mapping[str, str]) -> tuple[Metric, ...]:
    """All metrics of a case, in the order of the report; `texts` maps document ids to texts. A new one is a line here."""
    return (
        Metric("answer accuracy", answer_accuracy),
        Metric("evidence recall@1", evidence_recall(1)),
        Metric("evidence recall@5", evidence_recall(5)),
        Metric("evidence recall@10", evidence_recall(10)),
        Metric("all evidence@10", all_evidence(10)),
        Metric("every answer", every_answer),
        Metric("conflict shown", conflict_shown),
        Metric("conflict alarm", conflict_alarm),
        Metric("part said missing", part_missing),
        Metric("citation validity", citation_validity(texts)),
        Metric("citation precision", citation_precision),
        Metric("citation recall", citation_recall),
        Metric("refusal precision", refusal_precision),
        Metric("refusal recall", refusal_recall),
        Metric(
            "latency ms",
            latency,
            {"latency p50 ms": partial(percentile, share=0.5), "latency p95 ms": partial(percentile, share=0.95)},
        ),
    )


OF_ALL: Mapping[str, Callable[[Sequence[Result]], float]] = {"refusal F1": refusal_f1}
"""What is no statistic of single cases, by its name."""

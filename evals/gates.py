"""What must not get worse: `python -m evals.gates` measures it on the development questions, in a minute or two.

With `--squad FILE` (`loaders/squad.py`) the search is measured too, on SQuAD's paragraphs.

Prints a table and ends with exit code 1 when a figure is further below what was measured than its margin. The margins
are two questions' worth or so, since a processor that adds up in another order answers a question otherwise; nothing
where the figure is a promise to the user. Whoever makes a figure better raises it here.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import Reader
from qa import Settings

from .ranking import known_answers, measure
from .report.summary import OVERALL, summary
from .report.text import aligned
from .retrieval import held_out_recall
from .run import ask_all

MAP = "mean average precision"


@dataclass(frozen=True, slots=True)
class Gate:
    """A figure by its name in the report, what was measured, and how far below it is let through."""

    figure: str
    measured: float
    margin: float

    @property
    def least(self) -> float:
        return self.measured - self.margin

    def keeps(self, value: float) -> bool:
        """Whether a value is good enough; NaN (it applied to no question) is not."""
        return not math.isnan(value) and value >= self.least - 1e-9


GATES = (
    Gate("answer accuracy", 0.976, 0.02),
    Gate("evidence recall@5", 0.993, 0.02),
    Gate("citation validity", 1.0, 0.0),
    Gate("citation precision", 0.853, 0.02),
    Gate("citation recall", 0.909, 0.02),
    Gate("refusal F1", 0.828, 0.06),
    Gate(MAP, 0.918, 0.01),
)
"""Measured in November 2026 on the development part, quoting: 142 questions (125 of them answerable), 114 rankings.
The citation recall was 0.941 until further sentences had to say something new (0.925) and refusal was fitted on seven facts."""

SQUAD_GATES = (
    Gate("recall@1", 0.817, 0.01),
    Gate("recall@5", 0.941, 0.01),
)
"""Measured in November 2026 on the part of SQuAD 1.1 that docs/choices.md speaks of: 2,463 questions on the articles
that chose nothing, over all 917 paragraphs; found by words and meaning, not reranked."""


def measured(limit: int | None = None) -> dict[str, float]:
    """The figures by name: of the answers to the development questions, by quoting, and of the ranking of sentences.

    With `limit` only of so many questions of each corpus, and of so many rankings."""
    run = ask_all(Settings(answerer="quote"), part="development", limit=limit)
    figures = {name: figure.value for name, figure in summary(run.results, run.texts)[OVERALL].items()}
    with tempfile.TemporaryDirectory() as folder:
        rankings = known_answers(Path(folder), "development")[:limit]
    return figures | {MAP: measure(rankings, Reader.open().rank).mean_average_precision}


def held_to(squad: Path | None, limit: int | None) -> tuple[tuple[Gate, ...], dict[str, float]]:
    """The gates, and the figures they are held to."""
    if squad is None:
        return GATES, measured(limit)
    return GATES + SQUAD_GATES, measured(limit) | held_out_recall(squad)


def table(figures: Mapping[str, float], gates: Sequence[Gate]) -> str:
    """A line a gate: what was measured then and now, the least that is let through, and whether it is kept."""
    rows = [["", "measured", "at least", "now", ""]]
    for gate in gates:
        value = figures[gate.figure]
        verdict = "kept" if gate.keeps(value) else "WORSE"
        rows.append([gate.figure, f"{gate.measured:.3f}", f"{gate.least:.3f}", f"{value:.3f}", verdict])
    return aligned(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--limit", type=int, help="only so many questions of each corpus, for a quick trial")
    parser.add_argument("--squad", type=Path, help="a SQuAD-like file, for the recall of the search")
    options = parser.parse_args(arguments)
    gates, figures = held_to(options.squad, options.limit)
    print(table(figures, gates))
    return 0 if all(gate.keeps(figures[gate.figure]) for gate in gates) else 1


if __name__ == "__main__":
    raise SystemExit(main())

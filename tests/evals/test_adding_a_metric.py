"""The example of docs/adding-a-metric.md, as somebody who follows it would have it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, Result
from evals.metrics import registry
from evals.metrics.registry import Metric
from evals.report.summary import summary
from qa import Answer
from tests.evals.samples import CASE, answer

PAGE = (Path(__file__).parents[2] / "docs" / "adding-a-metric.md").read_text(encoding="utf-8")
FUNCTION, LINE, OTHER = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SHORT, LONG, REFUSAL = answer(), answer("word " * 61), answer("no", abstained=True)


@pytest.fixture
def names() -> dict[str, Any]:
    """What the page's file defines, and what the registry has beside it."""
    defined: dict[str, Any] = dict(vars(registry))
    exec(compile(FUNCTION, "brevity.py", "exec"), defined)
    return defined


def test_the_function_of_the_page_measures_what_it_says(names: dict[str, Any]) -> None:
    brevity = names["brevity"]
    assert (brevity(CASE, SHORT), brevity(CASE, LONG), brevity(CASE, REFUSAL)) == (1.0, 0.0, None)


def test_with_its_line_in_the_registry_it_is_in_the_report(
    names: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    metric: Metric = eval(LINE.strip(), names)
    monkeypatch.setattr("evals.report.summary.metrics", lambda texts: (metric,))
    figure = summary([Result(CASE, a) for a in (SHORT, LONG, REFUSAL)], {})["overall"]["brevity"]
    assert (figure.value, figure.cases) == (0.5, 2)


def test_other_statistics_have_names_of_their_own(names: dict[str, Any]) -> None:
    def words(case: Case, given: Answer) -> float:
        return float(len(given.text.split()))

    metric: Metric = eval(OTHER.strip(), names | {"words": words})
    assert [(n, f(metric.values([Result(CASE, SHORT)]))) for n, f in metric.figures().items()] == [("words p50", 5.0)]

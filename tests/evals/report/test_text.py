from __future__ import annotations

from dataclasses import replace

from evals.cases import Result
from evals.report.summary import refusal_curve, summary
from evals.report.text import as_text, curve_as_text
from tests.evals.samples import CASE, UNANSWERABLE, answer


def test_a_line_has_the_figure_its_cases_and_a_dash_where_it_does_not_apply() -> None:
    other = replace(UNANSWERABLE, category="unanswerable")
    text = as_text(summary([Result(CASE, answer()), Result(other, answer("no", abstained=True))], {}))
    lines = {line[:20].strip(): line.split() for line in text.splitlines()}
    assert lines["answer accuracy"] == ["answer", "accuracy", "1.000", "1", "1.000", "to", "1.000", "1.000", "-"]
    assert lines["latency p50 ms"] == ["latency", "p50", "ms", "5", "2", "5", "5"]


def test_the_curve_has_a_line_a_threshold_and_nothing_without_both_kinds() -> None:
    results = [Result(CASE, replace(answer(), answerable=0.9)), Result(UNANSWERABLE, replace(answer(), answerable=0.2))]
    curve = curve_as_text(refusal_curve(results))
    assert "AUROC 1.000" in curve
    assert "0.40      0.500   0.000" in curve
    assert curve_as_text({}) == ""

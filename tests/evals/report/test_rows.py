from __future__ import annotations

import json
from pathlib import Path

from evals.cases import Result
from evals.report.rows import as_json, write_rows
from evals.report.summary import summary
from tests.evals.samples import CASE, TEXT, answer, cited, hit


def test_a_row_holds_the_answer_and_every_metric_null_where_it_does_not_apply(tmp_path: Path) -> None:
    given = answer("They met in Geneva. [1]", cited(11, 30), hits=(hit(11, 30),))
    write_rows([Result(CASE, given), Result(CASE, None, "down")], {"d": TEXT}, tmp_path / "new" / "rows.jsonl")
    first, second = map(json.loads, (tmp_path / "new" / "rows.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["answer"]["text"], first["hits"], first["error"]) == (given.text, [["d", 11, 30]], None)
    assert (first["metrics"]["citation validity"], first["metrics"]["conflict shown"]) == (1.0, None)
    assert (second["answer"], second["error"], second["metrics"]["answer accuracy"]) == (None, "down", 0.0)


def test_figures_are_strict_json_with_null_for_what_is_undefined() -> None:
    row = as_json(summary([Result(CASE, answer())], {}))["overall"]
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert (row["answer accuracy"], row["answer accuracy n"], row["questions"]) == (1.0, 1, 1)
    assert (row["refusal recall"], row["refusal recall n"]) == (None, 0)
    assert row["answer accuracy from"] == row["answer accuracy to"] == 1.0

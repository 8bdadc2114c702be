from __future__ import annotations

import math

import pytest

from evals import gates
from evals.gates import GATES, MAP, Gate, main, measured, table


def test_a_figure_is_kept_down_to_its_margin_and_never_when_it_is_of_nothing() -> None:
    gate = Gate("answer accuracy", 0.95, 0.02)
    assert gate.keeps(0.93)
    assert gate.keeps(1.0)
    assert not gate.keeps(0.92)
    assert not gate.keeps(math.nan)
    assert not Gate("citation validity", 1.0, 0.0).keeps(0.999)


def test_the_table_says_which_are_worse() -> None:
    lines = table({"a": 0.5, "b": 0.9}, (Gate("a", 0.6, 0.05), Gate("b", 0.9, 0.01))).splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["WORSE", "kept"]
    assert lines[1].split() == ["a", "0.600", "0.550", "0.500", "WORSE"]


@pytest.fixture(scope="module")
def few() -> dict[str, float]:
    return measured(limit=5)


def test_every_gate_is_measured(few: dict[str, float]) -> None:
    assert {gate.figure for gate in GATES} <= set(few)
    assert few["citation validity"] == 1.0
    assert few["answer accuracy"] > 0.5
    assert few[MAP] > 0.5


def test_the_exit_code_says_whether_all_are_kept(few: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "measured", lambda limit: few)
    monkeypatch.setattr(gates, "GATES", (Gate("citation validity", 1.0, 0.0),))
    assert main([]) == 0
    monkeypatch.setattr(gates, "GATES", (Gate("citation validity", 1.0, 0.0), Gate(MAP, 2.0, 0.5)))
    assert main([]) == 1

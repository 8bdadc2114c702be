"""The example of docs/adding-a-format.md, run as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-format.md"
FILE, TEST = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the page's test defines, with the page's format in its place."""
    module = ModuleType("index.formats.captions")
    module.__package__ = "index.formats"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(FILE, "captions.py", "exec"), module.__dict__)
    defined: dict[str, object] = {}
    exec(compile(TEST, "test_captions.py", "exec"), defined)
    return defined


@pytest.mark.parametrize("name", re.findall(r"^def (test_\w+)", TEST, re.MULTILINE))
def test_the_example_does_what_its_tests_say(name: str, example: dict[str, object], tmp_path: Path) -> None:
    test = example[name]
    assert callable(test)
    test(tmp_path)


def test_the_page_names_what_there_is() -> None:
    root = PAGE.parents[1]
    page = PAGE.read_text()
    code = "\n".join(file.read_text() for file in (root / "index" / "formats").glob("*.py"))
    for module, name in re.findall(r"`(contract|titles|dates|records|decoding)\.(\w+)`", page):
        assert re.search(rf"^(def )?{name}\b", (root / "index" / "formats" / f"{module}.py").read_text(), re.MULTILINE)
    for name in re.findall(r"`Limits\.(\w+)`", page):
        assert f"    {name}: " in code
    assert "def write_report" in (root / "tests" / "index" / "formats" / "conftest.py").read_text()

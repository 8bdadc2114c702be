"""The walls of the house: who may import whom, where each library lives, and that importing does nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import index
import qa

ROOT = Path(__file__).parents[1]
ALLOWED = {"index": {"index"}, "qa": {"qa", "index"}, "evals": {"evals", "qa", "index"}}
OURS = {"index", "qa", "evals", "app", "cli"}
HOMES = {
    "gradio": {"app.py"},
    "chromadb": {"index/store/vectors.py", "evals/bench.py"},
    "sentence_transformers": {"index/models/embedding.py"},
    "llama_index": {"index/llamaindex.py", "index/search.py", "qa/models/ollama.py", "evals/bench.py"},
    "ollama": {"qa/models/ollama.py"},
    "trafilatura": {"index/formats/registry.py"},
    "pypdf": {"index/formats/registry.py"},
    "docx": {"index/formats/registry.py"},
    "nupunkt": {"index/language/sentences.py"},
    "text_to_num": {"index/language/amounts.py"},
    "snowballstemmer": {"index/language/words.py"},
}
SOURCES = sorted(p for p in [*ROOT.glob("*.py"), *(f for d in ALLOWED for f in (ROOT / d).rglob("*.py"))])


def imported(path: Path) -> set[str]:
    """Top-level names that a file imports, anywhere in it; relative imports are its own package."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.split(".")[0] if node.module and not node.level else path.relative_to(ROOT).parts[0])
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_downwards_and_libraries_stay_at_home(path: Path) -> None:
    names = imported(path)
    package = path.relative_to(ROOT).parts[0] if path.parent != ROOT else None
    if package in ALLOWED:
        assert names & OURS <= ALLOWED[package]
    place = str(path.relative_to(ROOT))
    for library, homes in HOMES.items():
        assert library not in names or place in homes, f"{library} in {place}"


def test_importing_loads_nothing_heavy_and_leaves_no_trace(tmp_path: Path) -> None:
    code = (
        "import sys; import index, qa, evals, cli;"
        "heavy = {'torch', 'chromadb', 'sentence_transformers', 'transformers', 'gradio', 'llama_index', 'ollama', 'trafilatura'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
    )
    assert done.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("package", [index, qa], ids=["index", "qa"])
def test_the_door_is_what_it_says(package: object) -> None:
    names = package.__all__  # type: ignore[attr-defined]
    assert names == sorted(names)
    assert all(hasattr(package, n) for n in names)


def test_every_module_of_the_pipeline_has_tests_or_is_plain_data() -> None:
    """A file of a room is tested by the file of the same name in the same room of `tests`."""
    plain = {
        "__init__", "errors", "documents", "answers", "antonyms", "hardware", "catalogue", "network", "llamaindex",
        "train_reader", "bench", "report", "run", "bm25", "events", "protocol",
    }  # fmt: skip
    for path in SOURCES:
        place = path.relative_to(ROOT)
        if place.parts[0] in ALLOWED and path.stem not in plain and "web" not in place.parts:
            assert (ROOT / "tests" / place.parent / f"test_{path.name}").exists(), place


def test_only_the_page_imports_what_it_shows() -> None:
    for path in SOURCES:
        if path.name != "app.py" and "web" not in path.parts:
            assert "qa.web" not in path.read_text()

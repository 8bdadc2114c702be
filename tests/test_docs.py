"""The documents say what is true: commands, files, figures."""

from __future__ import annotations

import re
from pathlib import Path

import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_every_command_is_in_the_readme_and_has_help() -> None:
    commands = next(a for a in cli._parser()._actions if a.dest == "command").choices
    assert commands is not None
    for name, parser in dict(commands).items():
        assert f"newsdesk {name}" in README
        assert parser.description
        assert all(a.help for a in parser._actions if a.option_strings and a.dest != "help"), name


def test_every_link_leads_to_a_file() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_setting_is_in_the_readme_and_in_the_help() -> None:
    named = set(re.findall(r"NEWSDESK_[A-Z_]+|OLLAMA_HOST", (ROOT / "qa" / "settings.py").read_text()))
    assert named <= set(re.findall(r"[A-Z_]+", README))
    assert named <= set(re.findall(r"[A-Z_]+", cli._EPILOG))


def test_every_make_target_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert targets - {"help"} <= set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) | {"install"}


def test_the_house_is_drawn_with_every_module() -> None:
    drawn = (ROOT / "CONTRIBUTING.md").read_text()
    for package in ("index", "qa", "evals"):
        for module in (ROOT / package).glob("[a-z]*.py"):
            assert module.name in drawn, module

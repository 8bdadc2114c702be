"""Planted instructions and look-alikes: our own, BIPIA's attacks (Yi et al., 2023) and NotInject's prompts (Li and Liu, 2024)."""

from __future__ import annotations

import json
from pathlib import Path

from ..cases import HERE


def own_attacks_and_benign() -> tuple[list[str], list[str]]:
    """The attacks, and the sentences that only look like attacks, that were written for Newsdesk."""
    own = json.loads((HERE / "questions" / "planted.json").read_text(encoding="utf-8"))
    return own["attacks"], own["benign"]


def bipia_attacks(file: Path) -> list[str]:
    """The attacks of a file `{name: [attack, ...]}`, all names together."""
    groups: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))
    return [attack for group in groups.values() for attack in group]


def notinject_prompts(file: Path) -> list[str]:
    """The prompts of a file `[{"prompt": ...}, ...]`: none of them is an attack."""
    return [row["prompt"] for row in json.loads(file.read_text(encoding="utf-8"))]

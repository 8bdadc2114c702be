from __future__ import annotations

import json
from pathlib import Path

from evals.loaders.planted import bipia_attacks, notinject_prompts, own_attacks_and_benign


def test_our_own_are_many_and_no_attack_is_benign() -> None:
    attacks, benign = own_attacks_and_benign()
    assert min(len(attacks), len(benign)) >= 15
    assert not set(attacks) & set(benign)


def test_the_groups_of_a_file_of_attacks_are_one_list(tmp_path: Path) -> None:
    (tmp_path / "attacks.json").write_text(json.dumps({"a": ["Say yes."], "b": ["Add a link.", "Stop."]}))
    assert bipia_attacks(tmp_path / "attacks.json") == ["Say yes.", "Add a link.", "Stop."]


def test_a_row_of_look_alikes_has_a_prompt(tmp_path: Path) -> None:
    (tmp_path / "benign.json").write_text(json.dumps([{"prompt": "Can I ignore this?", "category": "x"}]))
    assert notinject_prompts(tmp_path / "benign.json") == ["Can I ignore this?"]

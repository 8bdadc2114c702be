from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from index import ReaderError
from index.reading.reader import WEIGHTS
from qa import Reader

BRIDGE = "The flood killed 24 people. The bridge of Sarrow was built in 1878."
WOLF = "A wolf was photographed in the Brannock range."


def test_weights_of_another_version_are_a_clear_error(tmp_path: Path) -> None:
    weights = load_file(WEIGHTS / "reader.safetensors")
    save_file({name: w for name, w in weights.items() if "span" not in name}, tmp_path / "reader.safetensors")
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(WEIGHTS / name, tmp_path)
    with pytest.raises(ReaderError, match=r"another version.*make reader"):
        Reader.open(str(tmp_path))


def test_of_many_texts_those_with_the_lowest_early_scores_are_not_read_to_the_end() -> None:
    """They stay behind the others, and are read when they are asked for among few."""
    reader = Reader.open()
    filler = "The council of Port Merrow spoke about the fishing season, the harbour and the price of diesel. " * 4
    many = [f"{filler}It was meeting number {n}." for n in range(18)] + [f"{filler}{BRIDGE}", f"{filler}{WOLF}"]
    question = "When was the bridge of Sarrow built, please?"
    scored = reader.scores(question, many)
    unread = [n for n, text in enumerate(scored) if not text.whole]
    assert 0 < len(unread) <= 14
    scores = reader.rank(question, many)
    assert scores.argmax() == 18
    assert max(scores[n] for n in unread) <= min(scores[n] for n in range(20) if n not in unread)
    best = reader.read(question, many).spans[0]
    assert many[best.passage][best.start : best.end] == "The bridge of Sarrow was built in 1878."
    few = [many[unread[0]], many[18]]
    assert all(text.whole for text in reader.scores(question, few))
    assert all(text.whole for text in reader.scores(question, [BRIDGE, WOLF, f"{BRIDGE} {WOLF}"] * 3))

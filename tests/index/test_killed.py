"""The real command, killed anywhere: the next run ends with the index that an uninterrupted one gives."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from index import Retriever
from index.verify import verify_index
from tests.index.held import held, same

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("NEWSDESK_TEST_KILLS", "50"))
COMMAND = [sys.executable, str(ROOT / "cli.py")]


def run(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT
    )


def finished(*arguments: object) -> None:
    process = run(*arguments)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors.decode()


def killed(chance: random.Random, longest: float, *arguments: object) -> None:
    """Kills the command at a random point of its life, if it is not over before."""
    process = run(*arguments)
    try:
        process.wait(chance.uniform(0.2, longest))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()


def stage(folder: Path, number: int) -> None:
    """The folder as it is before each round: at first many stories, then edits, moves, deletions, rows."""
    chance = random.Random(number)
    if number == 0:
        for n in range(30):
            file = folder / f"{n % 3}" / f"{n}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(
                "\n\n".join(f"Story {n}, part {k}: the council of town {n} met on day {k}." for k in range(12))
            )
        rows = [{"id": f"row-{n}", "text": f"Row {n} is about the harbour of town {n}."} for n in range(60)]
        (folder / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
        return
    files = sorted(folder.rglob("*.txt"))
    for file in chance.sample(files, 6):
        file.write_text(f"Edited in round {number}.\n\n" + file.read_text())
    files[number].rename(files[number].with_name(f"moved-{number}.txt"))
    files[-number].unlink()
    shutil.copyfile(files[number + 5], folder / f"copy-{number}.txt")
    rows = [{"id": f"row-{n}", "text": f"Row {n} is about the harbour, as of {number}."} for n in range(number, 60, 2)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))


def test_killed_anywhere_the_next_run_finds_the_rest(tmp_path: Path) -> None:
    folder, index, whole = tmp_path / "folder", tmp_path / "index", tmp_path / "whole"
    folder.mkdir()
    chance = random.Random(7)
    rounds = 5
    reader: Retriever | None = None
    for number in range(rounds):
        stage(folder, number)
        begun = time.perf_counter()
        finished("ingest", folder, "--index", whole, "--confirm-removals")
        longest = 1.1 * (time.perf_counter() - begun)
        for kill in range(KILLS // rounds):
            if number == 2 and kill % 4 == 3:
                killed(chance, longest, "verify-index", "--index", index) if index.exists() else None
            else:
                killed(chance, longest, "ingest", folder, "--index", index, "--confirm-removals")
            if reader is not None and kill % 3 == 0:
                # Whatever is half done elsewhere, what a reader finds is a passage of a document that is there.
                for hit in reader.search("council of the town", k=20, rerank=False):
                    document = reader.document(hit.passage.document_id)
                    assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
        finished("ingest", folder, "--index", index, "--confirm-removals")
        same(held(index), held(whole))
        if reader is None:
            reader = Retriever.open(index, reader=None)
    assert reader is not None
    reader.close()
    assert verify_index(index) == []
    killed(chance, 3.0, "remove", folder, "--index", index)
    finished("remove", folder, "--index", index) if held(index)["sources"] else None
    assert held(index)["documents"] == {}
    assert verify_index(index) == []

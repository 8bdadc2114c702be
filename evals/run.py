"""Asks every known question and reports. Runs offline; indexes the corpora in a temporary folder."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from index import CorpusError, sync
from qa import Answerer, AnswerError, LLMError, Settings

from .cases import CORPORA, Case, Result, load
from .report.rows import as_json as table_as_json
from .report.rows import write_rows
from .report.summary import refusal_curve, summary
from .report.text import as_text, curve_as_text

Part = Literal["development", "test", "all"]


@dataclass(frozen=True, slots=True)
class Run:
    """The results of a run, the texts of the documents that were asked about, by id, and who answered."""

    results: tuple[Result, ...]
    texts: dict[str, str]
    answered_by: str


def evaluate(settings: Settings, *, part: Part = "all", out: Path = Path("reports"), as_json: bool = False) -> int:
    """Prints the report and writes `out/questions.jsonl`; returns an exit code, 1 when a question ended in an error."""
    run = ask_all(settings, part=part)
    table, refusal = summary(run.results, run.texts), refusal_curve(run.results)
    write_rows(run.results, run.texts, out / "questions.jsonl")
    if as_json:
        figures = {"part": part, "answerer": run.answered_by, "figures": table_as_json(table), "refusal": refusal}
        print(json.dumps(figures, allow_nan=False))
    else:
        print(f"{len(run.results)} questions ({part}), answered by {run.answered_by}\n\n{as_text(table)}")
        print(curve_as_text(refusal))
        print(f"\nPer question: {out / 'questions.jsonl'}")
    return 1 if any(r.answer is None for r in run.results) else 0


def ask_all(
    settings: Settings, *, part: Part = "all", corpora: Iterable[str] = CORPORA, limit: int | None = None
) -> Run:
    """Indexes each corpus in a temporary folder and asks its questions, at most `limit` of each corpus.

    Raises CorpusError when a file of a corpus cannot be read."""
    results: list[Result] = []
    texts: dict[str, str] = {}
    answered_by = ""
    with tempfile.TemporaryDirectory() as folder:
        for corpus in corpora:
            index = Path(folder) / corpus
            synced = sync([CORPORA[corpus]], index)
            if synced.failed:
                raise CorpusError(f"{corpus}: {synced.failed[0].source}: {synced.failed[0].reason}")
            answerer = Answerer.open(settings=replace(settings, index=index))
            answered_by = answerer.name
            own = {d.id: d.text for d in answerer.retriever.documents()}
            texts |= own
            cases = [c for c in load(corpus, own) if part in ("all", c.part)][:limit]
            results += [_ask(answerer, c) for c in tqdm(cases, desc=corpus, file=sys.stderr, disable=None)]
            answerer.retriever.close()
    return Run(tuple(results), texts, answered_by)


def _ask(answerer: Answerer, case: Case) -> Result:
    try:
        return Result(case, answerer.answer(case.question, case.history))
    except (LLMError, AnswerError, CorpusError) as error:
        return Result(case, None, f"{type(error).__name__}: {error}")

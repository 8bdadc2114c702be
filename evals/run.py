"""Asks every known question and reports. Runs offline; indexes the corpora in a temporary folder."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from index import CorpusError, sync
from qa import Answerer, AnswerError, LLMError, Settings

from .cases import CORPORA, Case, Result, load
from .metrics import refusal_curve
from .report import as_text, curve_as_text, summary, write_rows


def evaluate(
    settings: Settings,
    *,
    part: Literal["development", "test", "all"] = "all",
    out: Path = Path("reports"),
    as_json: bool = False,
) -> int:
    """Prints the report and writes `out/questions.jsonl`; returns an exit code, 1 when a question ended in an error."""
    results: list[Result] = []
    texts: dict[str, str] = {}
    answered_by = ""
    with tempfile.TemporaryDirectory() as folder:
        for corpus, source in CORPORA.items():
            index = Path(folder) / corpus
            report = sync([source], index)
            if report.failed:
                raise CorpusError(f"{corpus}: {report.failed[0].source}: {report.failed[0].reason}")
            answerer = Answerer.open(settings=replace(settings, index=index))
            answered_by = answerer.name
            own = {d.id: d.text for d in answerer.retriever.documents()}
            texts |= own
            cases = [c for c in load(corpus, own) if part in ("all", c.part)]
            results += [_ask(answerer, c) for c in tqdm(cases, desc=corpus, file=sys.stderr, disable=None)]
            answerer.retriever.close()
    table = summary(results, texts)
    write_rows(results, texts, out / "questions.jsonl")
    if as_json:
        print(json.dumps({"part": part, "answerer": answered_by, "figures": table, "refusal": refusal_curve(results)}))
    else:
        print(f"{len(results)} questions ({part}), answered by {answered_by}\n\n{as_text(table)}")
        print(curve_as_text(refusal_curve(results)))
        print(f"\nPer question: {out / 'questions.jsonl'}")
    return 1 if any(r.answer is None for r in results) else 0


def _ask(answerer: Answerer, case: Case) -> Result:
    try:
        return Result(case, answerer.answer(case.question, case.history))
    except LLMError as error:
        return Result(case, None, f"{type(error).__name__}: {error}")
    except (AnswerError, CorpusError) as error:
        return Result(case, None, f"{type(error).__name__}: {error}")

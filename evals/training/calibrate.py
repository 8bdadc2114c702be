"""Fits how scores are read: `python -m evals.training.calibrate` writes `index/reading/weights/reader.json` and `qa/checking/weights/refusal.json`.

First the reader by itself (`calibrate_reader.py`), then the score that refusal is decided on, over what search finds.

Questions: QED (articles that the reader's training left out) and both halves of CLAP-NQ, each set over its own corpus,
the development part of our own known answers, and a newsroom's questions over news (`loaders/desk.py`), of which a
threshold and a handful of weights may be fitted. SQuAD 2.0 stays out here: its unanswerable questions were written
to fool a reader, and a threshold that stands up to them refuses much that people ask in earnest. An
answerable question counts three times: as asked; with its own document left out of what was found, when the corpus
does not answer it any more (unless another document has the words of the answer, and might); and with a fact of it
changed (`made_questions.near_miss`). The sets ask their questions over all their texts, and again over a few articles,
for people ask one page as well as thousands; and in small letters, so more than half are typed out with capitals.
The figures are of five folds by article, each scored by a fit on the other four; what is stored is fitted on all.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from tqdm import tqdm

from index import Filters, Hit, Ranking, Reader, Retriever, sync
from index.language.spelling import replaced
from index.reading.reader import forget_opened
from index.search import CANDIDATES
from qa import Turn
from qa.asking.archive import archive_question
from qa.asking.overview import overview_question
from qa.asking.rewrite import stand_alone
from qa.checking.refusal import CALIBRATION, FEATURES, features
from qa.findings import Findings

from ..cases import CORPORA, load
from ..loaders.desk import desk_articles, desk_questions
from ..loaders.squad import FOLDER, Question, questions_of
from ..metrics.calibration_error import expected_calibration_error
from ..metrics.matching import occurs
from ..metrics.risk_coverage import risk_coverage
from ..splits import hashed, in_development
from .calibrate_reader import calibrate_reader, indexed
from .made_questions import near_miss, typed

AT_MOST, TEXTS = 120, 300
"""Questions and texts of each set, so that none drowns the others; seven weights need no more."""
ONE_PAGE = 40
"""Texts of a small corpus: as many as a long page has passages."""


@dataclass(frozen=True, slots=True)
class Row:
    set: str
    article: str
    answerable: bool
    values: tuple[float, ...]


def rows_of_file(name: str, files: Sequence[str], folder: Path) -> Iterator[Row]:
    """Rows of a set whose contexts, together, are the corpus; and again, where each few of its articles are one."""
    loaded = [q for f in files for q in questions_of(FOLDER / f)]
    if name != "clapnq":
        loaded = [q for q in loaded if in_development(q.title)]
    loaded = _of_few_articles(list({q.id: q for q in loaded}.values()))
    titles = {q.context: q.title for q in loaded}
    type_out = typed(titles)
    asked = sorted(loaded, key=lambda q: hashed(q.id))[:AT_MOST]
    for share in (1, max(1, len(titles) // ONE_PAGE)):
        corpora: dict[int, dict[str, str]] = defaultdict(dict)
        for context, title in titles.items():
            corpora[hashed(title) % share][context] = title
        for number, held in corpora.items():
            retriever, ids = indexed(held, folder / f"{name}-{share}-{number}")
            mine = [q for q in asked if hashed(q.title) % share == number]
            for q in tqdm(mine, desc=f"{name}, {len(held)} texts", disable=None):
                rng = random.Random(q.id)
                question = type_out(q.text) if rng.random() < 0.6 else q.text
                own = {ids[q.context]} if q.answerable else set()
                yield from _rows(name, q.title, question, q.answer_texts, own, q.context, list(held), retriever, rng)
            retriever.close()


def _of_few_articles(questions: Sequence[Question]) -> list[Question]:
    """Those of whole articles, in an order that stays, that have at least `TEXTS` texts together."""
    of_article: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        of_article[question.title].append(question)
    kept: list[Question] = []
    for title in sorted(of_article, key=hashed):
        if len({q.context for q in kept}) >= TEXTS:
            break
        kept += of_article[title]
    return kept


def rows_of_ours(corpus: str, folder: Path) -> Iterator[Row]:
    """The development part of our own known answers."""
    sync([CORPORA[corpus]], folder / corpus)
    retriever = Retriever.open(folder / corpus)
    texts = {d.id: d.text for d in retriever.documents()}
    for case in load(corpus, texts):
        if case.part == "development":
            query = stand_alone(case.question, case.history)
            held = {e.document_id for e in case.evidence} if case.answerable else set()
            context = "\n".join(texts[i] for i in sorted(held))
            rng = random.Random(case.id)
            yield from _rows("ours", case.id, query, case.answers, held, context, list(texts.values()), retriever, rng)
    retriever.close()


def rows_of_desk(folder: Path) -> Iterator[Row]:
    """A newsroom's questions over news articles, as they are read to be answered; those that only the catalogue answers,
    or a course of events, are not decided by the score."""
    sync(desk_articles(), folder / "desk")
    retriever = Retriever.open(folder / "desk")
    for asked in desk_questions():
        query = stand_alone(asked.text, [Turn.of(turn) for turn in asked.history])
        today = asked.as_of or date.today()
        if archive_question(query, today) or overview_question(query, today):
            continue
        query = replaced(query, retriever.spellings(query))
        reading = Findings.of(query, retriever, Filters(as_of=asked.as_of), today).reading
        assert reading is not None
        article = asked.documents[0] if asked.documents else asked.id
        yield Row("desk", article, asked.answerable, tuple(features(reading)))
    retriever.close()


def _rows(
    name: str, article: str, question: str, answers: Sequence[str], held: Collection[str], context: str,
    texts: Sequence[str], retriever: Retriever, rng: random.Random,
) -> Iterator[Row]:  # fmt: skip
    """A question as asked; and where documents answer it (`held`), without them, and changed so that they do not."""
    found = _ranked(question, retriever, CANDIDATES + len(held))
    yield _row(name, article, bool(held), _first(found, found.hits[:CANDIDATES]), retriever)
    if held:
        others = [h for h in found.hits if h.passage.document_id not in held][:CANDIDATES]
        if others and not _said(answers, others):
            yield _row(f"{name}, document left out", article, False, _first(found, others), retriever)
        missed = near_miss(question, context, rng.sample(texts, min(6, len(texts))), rng)
        if missed:
            ranking = _ranked(missed, retriever, CANDIDATES)
            yield _row(f"{name}, near miss", article, False, ranking, retriever)


def _ranked(question: str, retriever: Retriever, k: int) -> Ranking:
    """What search finds, reranked, with what the reader made of it: so that nothing is read twice."""
    assert isinstance(retriever.reader, Reader)
    return retriever.reader.rerank(question, retriever.search(question, k=k, rerank=False))


def _first(ranking: Ranking, hits: Sequence[Hit]) -> Ranking:
    """The ranking of these hits alone."""
    kept = [n for n, hit in enumerate(ranking.hits) if hit in hits]
    return Ranking(
        ranking.question,
        tuple(ranking.hits[n] for n in kept),
        tuple(ranking.scores[n] for n in kept),
        tuple(ranking.relevance[n] for n in kept),
    )


def _said(answers: Sequence[str], hits: Sequence[Hit]) -> bool:
    """Whether a passage holds an answer's words: then it may answer too, and nobody has looked whether it does."""
    return any(occurs(answer, hit.passage.text) for answer in answers for hit in hits)


def _row(name: str, article: str, answerable: bool, ranking: Ranking, retriever: Retriever) -> Row:
    assert isinstance(retriever.reader, Reader)
    return Row(name, article, answerable, tuple(features(retriever.reader.reading(ranking))))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dry-run", action="store_true", help="print the figures of what is stored, write nothing")
    parser.add_argument("--only", choices=("reader", "refusal"), help="calibrate one of the two")
    options = parser.parse_args()
    if options.only != "refusal":
        calibrate_reader(write=not options.dry_run)
        forget_opened()  # what follows reads with the shares just written
    if options.only != "reader":
        calibrate_refusal(write=not options.dry_run)


def calibrate_refusal(write: bool) -> None:
    """Fits the score that refusal is decided on; the figures are of five folds by article."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        for name, files in (
            ("qed", ["qed-train.jsonl"]),
            ("clapnq", ["clapnq-answerable-half.jsonl", "clapnq-unanswerable-half.jsonl"]),
        ):
            rows += rows_of_file(name, files, folder)
        for corpus in CORPORA:
            rows += rows_of_ours(corpus, folder)
        rows += rows_of_desk(folder)
    fit_refusal(rows, write)


def fit_refusal(rows: Sequence[Row], write: bool) -> None:
    """The regression over the values of `rows`."""
    model = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced")
    values, right = np.array([r.values for r in rows]), np.array([r.answerable for r in rows])
    weights = _weights(rows)
    held_out = cross_val_predict(
        model,
        values,
        right,
        groups=[r.article for r in rows],
        cv=GroupKFold(5),
        method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]
    model.fit(values, right, sample_weight=weights)
    figures = _report(rows, held_out)
    curve = risk_coverage(held_out, right, unanswerable=0.2)
    for point in curve[::5]:
        print(f"  from {point['threshold']:.2f}: coverage {point['coverage']:.2f}, risk {point['risk']:.3f}")
    for name, weight in zip(FEATURES, model.coef_[0], strict=True):
        print(f"  {weight:+.3f} {name}")
    if write:
        CALIBRATION.write_text(
            json.dumps(
                {
                    "weights": {n: round(float(w), 4) for n, w in zip(FEATURES, model.coef_[0], strict=True)},
                    "bias": round(float(model.intercept_[0]), 4),
                    "fitted_on": "evals/training/calibrate.py: QED development articles, CLAP-NQ, own development "
                    f"questions, a newsroom's questions; {len(rows)} rows, classes balanced",
                    "tested_on_other_articles": figures,
                    "risk_coverage": curve,
                },
                indent=2,
            )
            + "\n"
        )


def _weights(rows: Sequence[Row]) -> npt.NDArray[np.float64]:
    """A newsroom's questions are the most like what users ask, and share few words with what answers them; our own come
    next. The newsroom's few without an answer weigh as much as its many with one."""
    weights = np.array([4.5 if r.set == "desk" else 3.0 if r.set.startswith("ours") else 0.5 for r in rows])
    of_desk, right = np.array([r.set == "desk" for r in rows]), np.array([r.answerable for r in rows])
    for kind in (of_desk & right, of_desk & ~right):
        if kind.any():
            weights[kind] *= 0.5 * of_desk.sum() / kind.sum()
    return weights


def _report(rows: Sequence[Row], probabilities: npt.NDArray[np.float64]) -> dict[str, float]:
    """Prints the figures of each set, and of the questions of it that are asked as they are."""
    groups: dict[str, list[int]] = defaultdict(list)
    for n, r in enumerate(rows):
        groups["all"].append(n)
        groups[r.set.split(",")[0]].append(n)
        for kind in ("as asked", "document left out", "near miss"):
            if r.answerable or kind in r.set or (kind == "as asked" and "," not in r.set):
                groups[f"{r.set.split(',')[0]}, {kind}"].append(n)
    figures: dict[str, float] = {}
    for name, members in groups.items():
        right = np.array([rows[n].answerable for n in members])
        if right.all() or not right.any():
            continue
        probability = probabilities[members]
        alone = np.array([rows[n].values[0] for n in members])
        curve = "  ".join(
            f"{t}: {np.mean(probability[right] >= t):.2f}/{np.mean(probability[~right] < t):.2f}"
            for t in (0.2, 0.3, 0.4, 0.5, 0.6)
        )
        auroc = float(roc_auc_score(right, probability))
        # The fit gives both classes the same weight, so its probabilities are for as many questions of either.
        error = expected_calibration_error(probability, right, unanswerable=0.5)
        print(
            f"{name:24} n {len(members):4}  AUROC {auroc:.3f} (best sentence alone {roc_auc_score(right, alone):.3f})  "
            f"ECE {error:.3f}  answered/refused rightly at {curve}"
        )
        figures[name] = round(auroc, 4)
        if name == "all":
            figures["expected calibration error"] = round(error, 4)
    return figures


if __name__ == "__main__":
    main()

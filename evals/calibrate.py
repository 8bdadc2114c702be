"""Fits how scores are read: `python -m evals.calibrate` writes `index/weights/reader.json` and `qa/refusal.json`.

First the reader by itself, given the paragraph: the shares of its logits that choose the sentence, and
the logistic function that turns its logit into `Reading.answerable`. Then the score that refusal is
decided on, over what search finds.

Questions: SQuAD 1.1 and 2.0, QED (articles that the reader's training left out) and both halves of
CLAP-NQ, each set over its own corpus, and the development part of our own known answers. An
answerable question counts twice: as asked, and with its own document left out of what was found,
when the corpus does not answer it any more. Half of the articles fit, the other half test.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from index import Hit, Reader, Retriever, sync
from index.chunking import passage_spans
from index.reader import WEIGHTS, Look, forget_opened, text_logit
from index.sentences import sentences
from qa.refusal import FEATURES, FITTED, features
from qa.rewrite import stand_alone

from .cases import CORPORA, load
from .metrics import expected_calibration_error, risk_coverage
from .train_reader import SHARED, Question, in_development, in_first_half, load_questions

AT_MOST = 300
"""Questions of each set, so that none drowns the others."""


@dataclass(frozen=True, slots=True)
class Row:
    set: str
    fits: bool
    answerable: bool
    values: tuple[float, ...]


def rows_of_file(name: str, files: Sequence[str], folder: Path) -> Iterator[Row]:
    """Rows of a set whose contexts, together, are the corpus."""
    loaded = [json.loads(line) for f in files for line in (SHARED / f).read_text(encoding="utf-8").splitlines()]
    if name != "clapnq":
        loaded = [r for r in loaded if in_development(r["title"])]
    loaded = list({r["id"]: r for r in loaded}.values())
    ids = {context: f"c{n}" for n, context in enumerate(dict.fromkeys(r["context"] for r in loaded))}
    titles = {r["context"]: r["title"] for r in loaded}
    source = folder / f"{name}.jsonl"
    source.write_text("".join(json.dumps({"id": i, "text": c, "title": titles[c]}) + "\n" for c, i in ids.items()))
    sync([source], folder / name)
    retriever = Retriever.open(folder / name)
    loaded.sort(key=lambda r: hashlib.sha256(r["id"].encode()).hexdigest())
    for r in tqdm(loaded[:AT_MOST], desc=name, disable=None):
        hits = retriever.search(r["question"], k=20)
        fits = in_first_half(r["title"])
        yield _row(name, fits, r["answerable"], r["question"], hits, retriever)
        if r["answerable"]:
            others = [h for h in hits if h.passage.document_id != ids[r["context"]]]
            yield _row(f"{name}, document left out", fits, False, r["question"], others, retriever)
    retriever.close()


def rows_of_ours(corpus: str, folder: Path) -> Iterator[Row]:
    """The development part of our own known answers."""
    sync([CORPORA[corpus]], folder / corpus)
    retriever = Retriever.open(folder / corpus)
    texts = {d.id: d.text for d in retriever.documents()}
    for case in load(corpus, texts):
        if case.part == "development":
            query = stand_alone(case.question, case.history)
            hits = retriever.search(query, k=20)
            yield _row("ours", in_first_half(case.id), case.answerable, query, hits, retriever)
            if case.answerable:
                held = {e.document_id for e in case.evidence}
                others = [h for h in hits if h.passage.document_id not in held]
                yield _row("ours, document left out", in_first_half(case.id), False, query, others, retriever)
    retriever.close()


def _row(name: str, fits: bool, answerable: bool, question: str, hits: Sequence[Hit], retriever: Retriever) -> Row:
    assert retriever.reader is not None
    return Row(name, fits, answerable, tuple(features(question, hits, retriever.reader)))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A question with the looks at the passages of its paragraph, and of each sentence of it by itself.

    `right` and `right_alone` say of each sentence, in the order of the looks, whether the answer stands in it.
    """

    set: str
    answerable: bool
    looks: list[Look]
    right: list[list[bool]]
    alone: list[Look]
    right_alone: list[bool]


def paragraphs(reader: Reader) -> list[Paragraph]:
    """SQuAD and QED questions on articles that the reader's training left out."""
    found = []
    for q in tqdm(
        [q for q in load_questions() if in_development(q.title) and q.set != "policyqa"],
        desc="paragraphs",
        disable=None,
    ):
        spans = passage_spans(q.context)
        looks = reader.looks(q.text, [q.context[a:b] for a, b in spans])
        own = sentences(q.context)
        found.append(
            Paragraph(
                q.set,
                bool(q.answers),
                looks,
                [
                    [_answers(q, a + s, a + e) for s, e in look.sentences]
                    for (a, _), look in zip(spans, looks, strict=True)
                ],
                reader.looks(q.text, [q.context[a:b] for a, b in own]) if q.answers else [],
                [_answers(q, a, b) for a, b in own],
            )
        )
    return found


def _answers(question: Question, start: int, end: int) -> bool:
    return any(start <= a < end for _, a in question.answers)


def calibrate_reader(write: bool) -> None:
    """Chooses the shares on half of the questions, prints the figures of the other half."""
    found = paragraphs(Reader.open())
    halves = found[::2], found[1::2]

    def sentence_accuracy(members: Sequence[Paragraph], relevance_share: float, words_share: float) -> float:
        hits = []
        for p in (p for p in members if p.answerable):
            scored = [
                (e + relevance_share * look.relevance + words_share * w, r)
                for look, right in zip(p.looks, p.right, strict=True)
                for e, (_, w), r in zip(look.evidence, look.words, right, strict=True)
            ]
            hits.append(max(scored, key=lambda x: x[0])[1])
        return sum(hits) / max(len(hits), 1)

    def alone_accuracy(members: Sequence[Paragraph], evidence_share: float, words_share: float) -> float:
        hits = []
        for p in (p for p in members if p.answerable and len(p.alone) > 1):
            scores = [text_logit(look, evidence_share, words_share) for look in p.alone]
            hits.append(p.right_alone[scores.index(max(scores))])
        return sum(hits) / max(len(hits), 1)

    grid = [(a, b) for a in (0.0, 0.25, 0.5, 1.0) for b in (0.0, 0.1, 0.25, 0.5, 1.0)]
    chosen = max(grid, key=lambda g: sentence_accuracy(halves[0], *g))
    ranking = max(grid, key=lambda g: alone_accuracy(halves[0], *g))
    squad = [p for p in found if p.set.startswith("squad")]
    logits = np.array([[max(text_logit(look, *ranking) for look in p.looks)] for p in squad])
    right = np.array([p.answerable for p in squad])
    fitted = LogisticRegression(class_weight="balanced").fit(logits[::2], right[::2])
    error = expected_calibration_error(fitted.predict_proba(logits[1::2])[:, 1], right[1::2])
    print(f"shares of relevance and words {chosen}; for ranking texts, of evidence and words {ranking}")
    for name in ("squad-v1.1", "qed"):
        members = [p for p in halves[1] if p.set == name]
        every = [p for p in found if p.set == name]
        print(
            f"{name:10} n {len(members)} of {len(every)}: right sentence of the paragraph {sentence_accuracy(members, *chosen):.3f} "
            f"(all {sentence_accuracy(every, *chosen):.3f}), of its sentences ranked alone {alone_accuracy(members, *ranking):.3f} "
            f"(all {alone_accuracy(every, *ranking):.3f})"
        )
    print(
        f"answerable, SQuAD 2.0: n {len(squad)}, AUROC {roc_auc_score(right, logits[:, 0]):.3f}, ECE on the other half {error:.3f}"
    )
    if write:
        calibration = {
            "relevance_share": chosen[0], "words_share": chosen[1], "rank_evidence_share": ranking[0], "rank_words_share": ranking[1],
            "answerable_scale": round(float(fitted.coef_[0][0]), 4), "answerable_shift": round(float(fitted.intercept_[0]), 4),
        }  # fmt: skip
        (WEIGHTS / "reader.json").write_text(json.dumps({"calibration": calibration}, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")
    options = parser.parse_args()
    calibrate_reader(write=not options.dry_run)
    forget_opened()  # what follows reads with the shares just written
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        for name, files in (
            ("squad", ["squad-v1.1-part.jsonl", "squad-v2.0-part.jsonl"]),
            ("qed", ["qed-train.jsonl"]),
            ("clapnq", ["clapnq-answerable-half.jsonl", "clapnq-unanswerable-half.jsonl"]),
        ):
            rows += rows_of_file(name, files, folder)
        for corpus in CORPORA:
            rows += rows_of_ours(corpus, folder)
    fit = [r for r in rows if r.fits]
    model = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced")
    # Our own questions are few and the most like what users ask: they weigh as much as a larger set.
    weights = [3.0 if r.set.startswith("ours") else 1.0 for r in fit]
    model.fit([r.values for r in fit], [r.answerable for r in fit], sample_weight=weights)
    figures = _report(rows, model)
    held = [r for r in rows if not r.fits]
    right = np.array([r.answerable for r in held])
    curve = risk_coverage(model.predict_proba([r.values for r in held])[:, 1], right, unanswerable=0.2)
    for point in curve[::5]:
        print(f"  from {point['threshold']:.2f}: coverage {point['coverage']:.2f}, risk {point['risk']:.3f}")
    for name, weight in zip(FEATURES, model.coef_[0], strict=True):
        print(f"  {weight:+.3f} {name}")
    if not options.dry_run:
        FITTED.write_text(
            json.dumps(
                {
                    "weights": {n: round(float(w), 4) for n, w in zip(FEATURES, model.coef_[0], strict=True)},
                    "bias": round(float(model.intercept_[0]), 4),
                    "fitted_on": "evals/calibrate.py: SQuAD 1.1 and 2.0, QED and CLAP-NQ development articles, "
                    f"own development questions; {len(fit)} rows, classes balanced",
                    "tested_on_other_articles": figures,
                    "risk_coverage": curve,
                },
                indent=2,
            )
            + "\n"
        )


def _report(rows: Sequence[Row], model: LogisticRegression) -> dict[str, float]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for r in rows:
        if not r.fits:
            groups["all"].append(r)
            groups[r.set.split(",")[0]].append(r)
            if "left out" not in r.set:
                groups[f"{r.set.split(',')[0]} as asked"].append(r)
    figures: dict[str, float] = {}
    for name, members in groups.items():
        right = np.array([r.answerable for r in members])
        if right.all() or not right.any():
            continue
        probability = model.predict_proba([r.values for r in members])[:, 1]
        alone = np.array([r.values[0] for r in members])
        curve = "  ".join(
            f"{t}: {np.mean(probability[right] >= t):.2f}/{np.mean(probability[~right] < t):.2f}"
            for t in (0.2, 0.3, 0.4, 0.5, 0.6)
        )
        auroc, error = float(roc_auc_score(right, probability)), expected_calibration_error(probability, right)
        print(
            f"{name:18} n {len(members):4}  AUROC {auroc:.3f} (relevance alone {roc_auc_score(right, alone):.3f})  "
            f"ECE {error:.3f}  answered/refused rightly at {curve}"
        )
        figures[name] = round(auroc, 4)
        if name == "all":
            figures["expected calibration error"] = round(error, 4)
    return figures


if __name__ == "__main__":
    main()

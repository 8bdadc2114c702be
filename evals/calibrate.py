"""Fits how scores are read: `python -m evals.calibrate` writes `index/weights/reader.json` and `qa/refusal.json`.

First the reader by itself: the shares of its logits that choose the sentence, of the paragraph and of near passages
of others, as it has to among what search finds; and, given the paragraph, the logistic function that turns its logit
into `Reading.answerable`. Then the score that refusal is decided on, over what search finds.

Questions: QED (articles that the reader's training left out) and both halves of CLAP-NQ, each set over its own corpus,
and the development part of our own known answers. SQuAD 2.0 stays out here: its unanswerable questions were written
to fool a reader, and a threshold that stands up to them refuses much that people ask in earnest. An
answerable question counts three times: as asked; with its own document left out of what was found, when the corpus
does not answer it any more (unless another document has the words of the answer, and might); and with a fact of it
changed (`made_questions.near_miss`). The sets ask their questions over all their texts, and again over a few articles,
for people ask one page as well as thousands; and in small letters, so more than half are typed out with capitals.
The figures are of five folds by article, each scored by a fit on the other four; what is stored is fitted on all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from tqdm import tqdm

from index import Hit, Reader, Retriever, sync
from index.chunking import passage_spans
from index.embedding import PACKAGED_MODEL, Embedder
from index.looks import Look
from index.reader import READ_AGAIN, WEIGHTS, forget_opened, mixed, text_logit
from index.sentences import sentences
from qa.refusal import FEATURES, FITTED, features
from qa.rewrite import stand_alone

from .cases import CORPORA, load
from .made_questions import near_miss, typed
from .metrics import expected_calibration_error, occurs, risk_coverage
from .reader_data import SHARED, Question, in_development, load_questions

CROWD = 8
"""Passages beside those of the right paragraph, when the shares that choose a sentence among many are chosen."""
AT_MOST = 300
"""Questions of each set, so that none drowns the others."""
ONE_PAGE = 40
"""Texts of a small corpus: as many as a long page has passages."""
FOUND = 20


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


@dataclass(frozen=True, slots=True)
class Row:
    set: str
    article: str
    answerable: bool
    values: tuple[float, ...]


def rows_of_file(name: str, files: Sequence[str], folder: Path) -> Iterator[Row]:
    """Rows of a set whose contexts, together, are the corpus; and again, where each few of its articles are one."""
    loaded = [json.loads(line) for f in files for line in (SHARED / f).read_text(encoding="utf-8").splitlines()]
    if name != "clapnq":
        loaded = [r for r in loaded if in_development(r["title"])]
    loaded = list({r["id"]: r for r in loaded}.values())
    titles = {r["context"]: r["title"] for r in loaded}
    type_out = typed(titles)
    asked = sorted(loaded, key=lambda r: _hash(r["id"]))[:AT_MOST]
    for share in (1, max(1, len(titles) // ONE_PAGE)):
        corpora: dict[int, dict[str, str]] = defaultdict(dict)
        for n, (context, title) in enumerate(titles.items()):
            corpora[_hash(title) % share][context] = f"c{n}"
        for number, ids in corpora.items():
            retriever = _indexed(ids, titles, folder / f"{name}-{share}-{number}")
            mine = [r for r in asked if _hash(r["title"]) % share == number]
            for r in tqdm(mine, desc=f"{name}, {len(ids)} texts", disable=None):
                rng = random.Random(r["id"])
                question = type_out(r["question"]) if rng.random() < 0.6 else r["question"]
                answers = [a["text"] for a in r["answers"]]
                own = {ids[r["context"]]} if r["answerable"] else set()
                yield from _rows(name, r["title"], question, answers, own, r["context"], list(ids), retriever, rng)
            retriever.close()


def _indexed(ids: dict[str, str], titles: dict[str, str], folder: Path) -> Retriever:
    folder.mkdir()
    source = folder / "texts.jsonl"
    source.write_text("".join(json.dumps({"id": i, "text": c, "title": titles[c]}) + "\n" for c, i in ids.items()))
    sync([source], folder / "index")
    return Retriever.open(folder / "index")


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


def _rows(
    name: str, article: str, question: str, answers: Sequence[str], held: Collection[str], context: str,
    texts: Sequence[str], retriever: Retriever, rng: random.Random,
) -> Iterator[Row]:  # fmt: skip
    """A question as asked; and where documents answer it (`held`), without them, and changed so that they do not."""
    hits = retriever.search(question, k=FOUND + len(held))
    yield _row(name, article, bool(held), question, hits[:FOUND], retriever)
    if held:
        others = [h for h in hits if h.passage.document_id not in held][:FOUND]
        if others and not _said(answers, others):
            yield _row(f"{name}, document left out", article, False, question, others, retriever)
        missed = near_miss(question, context, rng.sample(texts, min(6, len(texts))), rng)
        if missed:
            yield _row(f"{name}, near miss", article, False, missed, retriever.search(missed, k=FOUND), retriever)


def _said(answers: Sequence[str], hits: Sequence[Hit]) -> bool:
    """Whether a passage holds an answer's words: then it may answer too, and nobody has looked whether it does."""
    return any(occurs(answer, hit.passage.text) for answer in answers for hit in hits)


def _row(name: str, article: str, answerable: bool, question: str, hits: Sequence[Hit], retriever: Retriever) -> Row:
    assert retriever.reader is not None
    return Row(name, article, answerable, tuple(features(question, hits, retriever.reader)))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A question with the looks at the passages of its paragraph, at each sentence of it by itself, and at a crowd.

    `right` and `right_alone` say of each sentence, in the order of the looks, whether the answer stands in it; the
    crowd are near passages of other paragraphs, without the answer's words.
    """

    set: str
    question: str
    texts: list[str]
    answerable: bool
    looks: list[Look]
    right: list[list[bool]]
    alone: list[Look]
    right_alone: list[bool]
    crowd_texts: list[str]
    crowd: list[Look]


def paragraphs(reader: Reader) -> list[Paragraph]:
    """SQuAD and QED questions on articles that the reader's training left out."""
    found = []
    questions = [q for q in load_questions() if in_development(q.title) and q.set != "policyqa"]
    held = {c: [c[a:b] for a, b in passage_spans(c)] for c in dict.fromkeys(q.context for q in questions)}
    passages = [(context, text) for context, texts in held.items() for text in texts]
    embedder = Embedder.open(PACKAGED_MODEL)
    vectors = embedder.encode([text for _, text in passages])
    asked = embedder.encode([q.text for q in questions])
    for q, vector in tqdm(list(zip(questions, asked, strict=True)), desc="paragraphs", disable=None):
        near = [passages[i] for i in np.argsort(-(vectors @ vector))[: 2 * CROWD]]
        others = [t for c, t in near if c != q.context and not any(occurs(a, t) for a, _ in q.answers)][:CROWD]
        spans = passage_spans(q.context)
        texts = [q.context[a:b] for a, b in spans]
        looks = reader.looks(q.text, texts)
        own = sentences(q.context)
        found.append(
            Paragraph(
                q.set,
                q.text,
                texts,
                bool(q.answers),
                looks,
                [
                    [_answers(q, a + s, a + e) for s, e in look.sentences]
                    for (a, _), look in zip(spans, looks, strict=True)
                ],
                reader.looks(q.text, [q.context[a:b] for a, b in own]) if q.answers else [],
                [_answers(q, a, b) for a, b in own],
                others,
                reader.looks(q.text, others[:4]) + reader.looks(q.text, others[4:]) if q.answers else [],
            )
        )
    return found


def _answers(question: Question, start: int, end: int) -> bool:
    return any(start <= a < end for _, a in question.answers)


def calibrate_reader(write: bool) -> None:
    """Chooses the shares on half of the questions, prints the figures of the other half; without `write`, the figures
    of the shares that are stored."""
    reader = Reader.open()
    stored = reader.calibration
    found = paragraphs(reader)
    halves = found[::2], found[1::2]

    def candidates(p: Paragraph, shares: tuple[float, float], crowded: bool) -> list[tuple[float, bool, str, int]]:
        """(logit, right, sentence, number of its text), best first."""
        crowd = [(text, look, [False] * len(look.sentences)) for text, look in zip(p.crowd_texts, p.crowd, strict=True)]
        scored = [
            (e + shares[0] * look.relevance + shares[1] * w, r, text[slice(*span)], number)
            for number, (text, look, right) in enumerate(
                [*zip(p.texts, p.looks, p.right, strict=True), *(crowd if crowded else [])]
            )
            for e, (_, w), r, span in zip(look.evidence, look.words, right, look.sentences, strict=True)
        ]
        return sorted(scored, key=lambda x: -x[0])

    def sentence_accuracy(members: Sequence[Paragraph], shares: tuple[float, float]) -> float:
        return float(np.mean([candidates(p, shares, True)[0][1] for p in members if p.answerable]))

    def read_again(p: Paragraph, shares: tuple[float, float], crowded: bool) -> list[tuple[float, float, bool]]:
        """(logit, logit of the sentence by itself, right) of those that `Reader.read` reads again."""
        reader.calibration = replace(reader.calibration, relevance_share=shares[0], words_share=shares[1])
        found = candidates(p, shares, crowded)
        best = [c for c in found[:READ_AGAIN] if c[3] == found[0][3]]
        alone = reader.looks(p.question, [text for _, _, text, _ in best])
        return [(logit, reader.alone_logit(look), r) for (logit, r, _, _), look in zip(best, alone, strict=True)]

    def read_again_accuracy(again: Sequence[list[tuple[float, float, bool]]], share: float) -> float:
        return float(np.mean([max(a, key=lambda x: mixed(x[0], x[1], share))[2] for a in again]))

    def alone_accuracy(members: Sequence[Paragraph], evidence_share: float, words_share: float) -> float:
        hits = []
        for p in (p for p in members if p.answerable and len(p.alone) > 1):
            scores = [text_logit(look, evidence_share, words_share) for look in p.alone]
            hits.append(p.right_alone[scores.index(max(scores))])
        return sum(hits) / max(len(hits), 1)

    grid = [(a, b) for a in (0.0, 0.25, 0.5, 1.0) for b in (0.0, 0.1, 0.25, 0.5, 1.0)]
    names = ("squad-v1.1", "qed")
    # Either set has the same say, however many questions it has.
    sets = [[p for p in halves[0] if p.set == name] for name in names]
    chosen = stored.relevance_share, stored.words_share
    if write:
        chosen = max(grid, key=lambda g: sum(sentence_accuracy(members, g) for members in sets))
    again = {
        (name, part, crowded): [read_again(p, chosen, crowded) for p in halves[part] if p.set == name and p.answerable]
        for name in names
        for part in (0, 1)
        for crowded in (False, True)
    }
    # In the paragraph and in the crowd: people ask one page, and thousands.
    alone_share, ranking = stored.alone_share, (stored.rank_evidence_share, stored.rank_words_share)
    if write:
        alone_share = max(
            (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
            key=lambda share: sum(read_again_accuracy(a, share) for (_, part, _), a in again.items() if part == 0),
        )
        ranking = max(grid, key=lambda g: sum(alone_accuracy(members, *g) for members in sets))
    squad = [p for p in found if p.set.startswith("squad")]
    logits = np.array([[max(text_logit(look, *ranking) for look in p.looks)] for p in squad])
    right = np.array([p.answerable for p in squad])
    fitted = LogisticRegression(class_weight="balanced").fit(logits[::2], right[::2])
    error = expected_calibration_error(fitted.predict_proba(logits[1::2])[:, 1], right[1::2], unanswerable=0.5)
    print(
        f"shares of relevance and words {chosen}, of a sentence by itself {alone_share}; for ranking texts, of evidence and words {ranking}"
    )
    for name in names:
        members = [p for p in halves[1] if p.set == name]
        every = [p for p in found if p.set == name]
        print(
            f"{name:10} n {len(members)} of {len(every)}: of its sentences ranked alone {alone_accuracy(members, *ranking):.3f} "
            f"(all {alone_accuracy(every, *ranking):.3f})"
        )
        for crowded in (False, True):
            parts = again[name, 0, crowded], again[name, 1, crowded]
            once, twice = (
                f"{read_again_accuracy(parts[1], share):.3f} (all {read_again_accuracy([*parts[0], *parts[1]], share):.3f})"
                for share in (0.0, alone_share)
            )
            where = f"and {CROWD} passages" if crowded else ""
            print(f"    right sentence of the paragraph {where}: {twice}, when none is read again {once}")
    print(
        f"answerable, SQuAD 2.0: n {len(squad)}, AUROC {roc_auc_score(right, logits[:, 0]):.3f}, ECE on the other half {error:.3f}"
    )
    if write:
        calibration = {
            "relevance_share": chosen[0], "words_share": chosen[1], "alone_share": alone_share,
            "rank_evidence_share": ranking[0], "rank_words_share": ranking[1],
            "answerable_scale": round(float(fitted.coef_[0][0]), 4), "answerable_shift": round(float(fitted.intercept_[0]), 4),
        }  # fmt: skip
        (WEIGHTS / "reader.json").write_text(json.dumps({"calibration": calibration}, indent=2) + "\n")


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
    model = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced")
    values, right = np.array([r.values for r in rows]), np.array([r.answerable for r in rows])
    # Our own questions are few and the most like what users ask: they weigh as much as a larger set, which is asked twice.
    weights = np.array([3.0 if r.set.startswith("ours") else 0.5 for r in rows])
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
        FITTED.write_text(
            json.dumps(
                {
                    "weights": {n: round(float(w), 4) for n, w in zip(FEATURES, model.coef_[0], strict=True)},
                    "bias": round(float(model.intercept_[0]), 4),
                    "fitted_on": "evals/calibrate.py: QED development articles, CLAP-NQ, "
                    f"own development questions; {len(rows)} rows, classes balanced",
                    "tested_on_other_articles": figures,
                    "risk_coverage": curve,
                },
                indent=2,
            )
            + "\n"
        )


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
            f"{name:24} n {len(members):4}  AUROC {auroc:.3f} (relevance alone {roc_auc_score(right, alone):.3f})  "
            f"ECE {error:.3f}  answered/refused rightly at {curve}"
        )
        figures[name] = round(auroc, 4)
        if name == "all":
            figures["expected calibration error"] = round(error, 4)
    return figures


if __name__ == "__main__":
    main()

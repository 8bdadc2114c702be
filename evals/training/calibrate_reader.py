"""Chooses how the reader's logits are added up, and prints what it reaches: the first half of `evals.training.calibrate`.

SQuAD and QED questions on articles that the reader's training left out, each over its own paragraph and over what
search finds among the paragraphs of its set: people ask one page, and thousands. Shares are chosen on half of the
questions. Then, given the paragraph, the logistic function that turns the reader's logit into `Reading.answerable`.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from tqdm import tqdm

from index import Reader, Retriever
from index.chunking import passage_spans
from index.language.sentences import sentences
from index.reading.reader import READ_AGAIN, WEIGHTS, Calibration, likeness, mixed, placed, text_logit
from index.reading.scores import TextScores
from index.search import CANDIDATES

from ..indexing import index_of
from ..loaders.squad import Question, training_questions
from ..metrics.calibration_error import expected_calibration_error
from ..metrics.matching import occurs
from ..splits import in_development

SETS = ("squad-v1.1", "qed")
TOGETHER = 2.4
"""What the shares of a sentence's logit sum up to: the scores of the best sentences then spread as wide as those of the reader
of six layers, with which the thresholds on scores were chosen."""
NEAR = 5
"""So many of the passages found are cut into sentences that are ranked beside those of the paragraph."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage as the reader sees it; `right` says of each sentence of `scores` whether the answer stands in it."""

    text: str
    title: str
    scores: TextScores
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Alone:
    """A sentence as a text by itself, and how like the question it is (`index.reading.reader.likeness`) beside all others and
    beside those of the question's paragraph, where it is one of them; `right`: does it answer?"""

    scores: TextScores
    likeness: tuple[float, float]
    likeness_at_home: tuple[float, float] | None
    right: bool

    def logit(self, shares: Calibration, *, own: bool) -> float:
        """Among the sentences of its paragraph if `own`, else among all."""
        keyword, meaning = self.likeness_at_home if own and self.likeness_at_home else self.likeness
        own_logit = text_logit(self.scores, shares.rank_evidence_share, shares.rank_words_share)
        return own_logit + shares.rank_keyword_share * keyword + shares.rank_meaning_share * meaning


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the passages of its paragraph, with those that search finds (in order, for questions that have an
    answer), and with single sentences as texts by themselves."""

    set: str
    text: str
    answerable: bool
    own: tuple[Seen, ...]
    searched: tuple[Seen, ...]
    alone: tuple[Alone, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence: its logit in its passage, the logit by itself when it is read again, the place of its passage."""

    logit: float
    alone: float | None
    place: int
    right: bool

    def standing(self, alone_share: float, place_cost: float) -> float:
        logit = self.logit if self.alone is None else mixed(self.logit, self.alone, alone_share)
        return placed(logit, self.place, place_cost)


def calibrate_reader(write: bool) -> None:
    """Chooses the shares on half of the questions and prints the figures of the other half and of all; without `write`,
    the figures of the shares that are stored."""
    reader = Reader.open()
    asked = asked_questions(reader)
    shares = chosen_shares(reader, asked) if write else reader.calibration
    squad = [q for q in asked if q.set.startswith("squad")]
    ranked = (shares.rank_evidence_share, shares.rank_words_share)
    logits = np.array([[max(text_logit(seen.scores, *ranked) for seen in q.own)] for q in squad])
    right = np.array([q.answerable for q in squad])
    fitted = LogisticRegression(class_weight="balanced").fit(logits[::2], right[::2])
    error = expected_calibration_error(fitted.predict_proba(logits[1::2])[:, 1], right[1::2], unanswerable=0.5)

    print(" ".join(f"{name} {value}" for name, value in asdict(shares).items()))
    for name in SETS:
        members = _answered(asked, name)
        print(f"{name}: {len(members)} questions; in brackets the half that nothing was chosen on")
        for where, searched in (("of the paragraph", False), ("of what is found", True)):
            rows = candidates(reader, shares, members, searched=searched)
            for how, given in (("", shares), (", read once", _ONCE)):
                figures = accuracy(rows, given), accuracy(rows[1::2], given)
                print(f"    {f'right sentence {where}{how}':52} {figures[0]:.3f} ({figures[1]:.3f})")
        reader_alone = replace(shares, rank_keyword_share=0.0, rank_meaning_share=0.0)
        for where, own in (("", True), (" and others", False)):
            for what, figure in (("first is right", first_right), ("average precision", average_precision)):
                for how, given in (("", shares), (", reader alone", reader_alone)):
                    figures = figure(members, given, own=own), figure(members[1::2], given, own=own)
                    print(f"    {f'its sentences{where}, {what}{how}':52} {figures[0]:.3f} ({figures[1]:.3f})")
    print(
        f"SQuAD 2.0, answerable: {len(squad)} questions, AUROC {roc_auc_score(right, logits[:, 0]):.3f}, ECE {error:.3f}"
    )
    if write:
        scale, shift = float(fitted.coef_[0][0]), float(fitted.intercept_[0])
        shares = replace(shares, answerable_scale=round(scale, 4), answerable_shift=round(shift, 4))
        (WEIGHTS / "reader.json").write_text(json.dumps({"calibration": asdict(shares)}, indent=2) + "\n")


_ONCE = Calibration(alone_share=0.0, place_cost=0.0)


def _answered(asked: Sequence[Asked], name: str) -> list[Asked]:
    return [q for q in asked if q.set == name and q.answerable]


def asked_questions(reader: Reader) -> list[Asked]:
    """Every development question, as the reader sees what there is to read for it."""
    by_set: dict[str, list[Question]] = defaultdict(list)
    for question in training_questions():
        if in_development(question.title) and question.set != "policyqa":
            by_set[question.set].append(question)
    asked = []
    with tempfile.TemporaryDirectory() as folder:
        for name, questions in by_set.items():
            retriever, ids = indexed({q.context: q.title for q in questions}, Path(folder) / name)
            for q in tqdm(questions, desc=name, disable=None):
                spans = passage_spans(q.context)
                texts = [q.context[a:b] for a, b in spans]
                own = zip(texts, reader.scores(q.text, texts), [a for a, _ in spans], strict=True)
                searched, alone = [], []
                if q.answers:
                    home = ids[q.context]
                    passages = [h.passage for h in retriever.search(q.text, k=CANDIDATES)]
                    read = reader.scores(q.text, [p.text for p in passages], [p.title for p in passages], ordered=True)
                    searched = [
                        _seen(q, p.text, p.title, scores, p.start if p.document_id == home else None)
                        for p, scores in zip(passages, read, strict=True)
                    ]
                    alone = _alone(q, [p.text for p in passages[:NEAR] if p.document_id != home], reader)
                asked.append(
                    Asked(
                        q.set,
                        q.text,
                        bool(q.answers),
                        tuple(_seen(q, text, q.title, scores, start) for text, scores, start in own),
                        tuple(searched),
                        tuple(alone),
                    )
                )
            retriever.close()
    return asked


def indexed(titles: Mapping[str, str], folder: Path) -> tuple[Retriever, dict[str, str]]:
    """An index of texts, given with their titles, in a new `folder`, and the document id of each text."""
    ids = {text: str(n) for n, text in enumerate(titles)}
    return index_of(({"id": ids[text], "text": text, "title": title} for text, title in titles.items()), folder), ids


def _seen(question: Question, text: str, title: str, scores: TextScores, start: int | None) -> Seen:
    """`start` is where the text begins in the question's paragraph, None when it is of another."""
    return Seen(
        text,
        title,
        scores,
        tuple(start is not None and _answers(question, start + a, start + b) for a, b in scores.sentences),
    )


def _alone(question: Question, others: Sequence[str], reader: Reader) -> list[Alone]:
    """The sentences of the question's paragraph, and those of other passages that have not its answer's words: nobody
    has looked whether those answer it too."""
    here = [(question.context[a:b], _answers(question, a, b)) for a, b in sentences(question.context)]
    there = [text[a:b] for text in others for a, b in sentences(text)]
    there = [t for t in dict.fromkeys(there) if not any(occurs(answer, t) for answer, _ in question.answers)]
    texts = [*(text for text, _ in here), *there]
    at_home = list(likeness(question.text, texts[: len(here)]))
    read = reader.scores(question.text, texts[: len(here)]) + reader.scores(question.text, there)
    return [
        Alone(
            scores,
            (float(like[0]), float(like[1])),
            (float(at_home[n][0]), float(at_home[n][1])) if n < len(here) else None,
            n < len(here) and here[n][1],
        )
        for n, (scores, like) in enumerate(zip(read, likeness(question.text, texts), strict=True))
    ]


def _answers(question: Question, start: int, end: int) -> bool:
    return any(start <= at < end for _, at in question.answers)


def candidates(
    reader: Reader, shares: Calibration, asked: Sequence[Asked], *, searched: bool, again: bool = True
) -> list[list[Candidate]]:
    """The sentences of each question, with a second reading where `Reader.read` has one; `again` false leaves it out."""
    adding = Reader(reader.name, reader._model, shares)
    rows = []
    for q in asked:
        once = [
            (
                adding.sentence_logit(seen.scores.relevance, evidence, words),
                place,
                (seen.text[slice(*span)], seen.title),
                right,
            )
            for place, seen in enumerate(q.searched if searched else q.own)
            for evidence, (_, words), span, right in zip(
                seen.scores.evidence, seen.scores.words, seen.scores.sentences, seen.right, strict=True
            )
        ]
        once.sort(key=lambda row: -row[0])
        best = [titled for _, _, titled, _ in once[:READ_AGAIN]]
        again_read = reader.scores(q.text, [t for t, _ in best], [title for _, title in best]) if again else []
        alone = [adding.alone_logit(scores) for scores in again_read]
        rows.append(
            [
                Candidate(logit, alone[n] if n < len(alone) else None, place if searched else 0, right)
                for n, (logit, place, _, right) in enumerate(once)
            ]
        )
    return rows


def accuracy(rows: Sequence[Sequence[Candidate]], shares: Calibration) -> float:
    """How often the best sentence is a right one."""
    cost = shares.alone_share, shares.place_cost
    return float(np.mean([bool(row) and max(row, key=lambda c: c.standing(*cost)).right for row in rows]))


def first_right(asked: Sequence[Asked], shares: Calibration, *, own: bool) -> float:
    """How often the first of the paragraph's sentences, ranked as texts by themselves, is a right one; with those of
    other passages among them unless `own`."""
    return float(np.mean([right[int(np.argmax(scores))] for scores, right in _ranked(asked, shares, own)]))


def average_precision(asked: Sequence[Asked], shares: Calibration, *, own: bool) -> float:
    """Mean average precision of the same rankings."""
    ranked = _ranked(asked, shares, own)
    return float(np.mean([average_precision_score(right, scores) for scores, right in ranked if any(right)]))


def _ranked(asked: Sequence[Asked], shares: Calibration, own: bool) -> list[tuple[list[float], list[bool]]]:
    rows = ([s for s in q.alone if s.likeness_at_home or not own] for q in asked)
    return [([s.logit(shares, own=own) for s in row], [s.right for s in row]) for row in rows if len(row) > 1]


def chosen_shares(reader: Reader, asked: Sequence[Asked]) -> Calibration:
    """The shares with the most right sentences on half of the questions. Either set has the same say, however many
    questions it has."""
    sets = [_answered(asked, name)[::2] for name in SETS]
    grid = [(a, b) for a in (0.0, 0.5, 1.0, 2.0) for b in (0.0, 0.1, 0.25, 0.5, 1.0)]
    costs = (0.0, 1.0, 2.0, 3.0, 4.0)

    def right(given: Sequence[list[list[Candidate]]], shares: Calibration) -> float:
        return sum(accuracy(rows, shares) for rows in given)

    def best(shares: Calibration, alone_shares: Sequence[float], *, again: bool) -> tuple[float, Calibration]:
        """The best cost of the place, and share of the second reading: in the paragraph and in what is found alike."""
        given = [
            candidates(reader, shares, qs, searched=searched, again=again) for qs in sets for searched in (False, True)
        ]
        tried = [replace(shares, alone_share=share, place_cost=cost) for share in alone_shares for cost in costs]
        return max(((right(given, s), s) for s in tried), key=lambda scored: scored[0])

    once = [best(replace(_ONCE, relevance_share=a, words_share=b), [0.0], again=False) for a, b in grid]
    _, shares = max(once, key=lambda scored: scored[0])
    _, shares = best(shares, (0.0, 0.5, 1.0, 1.5, 2.0), again=True)
    tried = (
        replace(
            shares, rank_evidence_share=e, rank_words_share=w, rank_keyword_share=k, rank_meaning_share=m
        )
        for e in (0.0, 0.25) for w in (0.0, 0.1, 0.25, 0.5) for k in (0.0, 1.0, 2.0, 3.0) for m in (0.0, 2.0, 4.0, 6.0)
    )  # fmt: skip
    shares = max(tried, key=lambda s: sum(average_precision(qs, s, own=own) for qs in sets for own in (False, True)))
    return scaled(shares, TOGETHER / (shares.evidence_share + shares.relevance_share + shares.words_share))


def scaled(shares: Calibration, by: float) -> Calibration:
    """The same order of sentences, their logits multiplied."""
    names = ("evidence_share", "relevance_share", "words_share", "place_cost")
    return replace(shares, **{name: round(getattr(shares, name) * by, 4) for name in names})

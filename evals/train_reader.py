"""Trains the reader from all-MiniLM-L6-v2: `make reader`, or `python -m evals.train_reader --help`.

The first stage starts from all-MiniLM-L6-v2 and takes its negatives from the nearest passages by embedding. The
second (`--start`) goes on from its weights with more and harder negatives, found by words and embedding together,
as `Retriever.search` finds them, and with claims (`evals/claims.py`) for the head that judges support.

Data: the openly licensed questions in `shared/data/reader` (SQuAD 1.1 and 2.0, QED on Natural
Questions, PolicyQA), a development split by article. Each step reads groups of one question with
the passage that answers it and passages that do not (the rest of the same paragraph's article, and
the nearest passages of other articles by our own embedding). A share of the groups holds single
sentences instead, so that the reader also ranks sentences without context.

Repeatable: the seed fixes initial heads, order and negatives. Resumable: state is written every
few hundred steps and picked up again. The log is appended to and kept.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from index.chunking import passage_spans
from index.documents import Passage
from index.embedding import PACKAGED_MODEL, Embedder, packaged_model_path
from index.keyword import KeywordIndex
from index.reader_network import Example, Logits, ReaderNetwork, bert, collate, lay_out
from index.search import fuse
from index.sentences import Span, sentences

from .claims import claims_of

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "reader"
MAX_TOKENS = 224
POLICY_QUESTIONS = 1500
CLAIM_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    set: str
    title: str
    context: str
    text: str
    answers: tuple[tuple[str, int], ...]  # (text, start in context), empty when unanswerable


@dataclass(frozen=True, slots=True)
class Target:
    """What one text of a group should give: sentence numbers that answer, and the answer's piece span ((0, 0) = none).

    With `supported`, the example is a claim with a text, and only that is learned from it."""

    example: Example
    relevant: bool
    evidence: frozenset[int]
    span: tuple[int, int]
    supported: bool | None = None


def in_development(title: str) -> bool:
    """A tenth of the articles, chosen by the hash of the title, never trained on."""
    return _hash(title) % 10 == 0


def in_first_half(title: str) -> bool:
    """Half of the articles, independent of `in_development`: what is fitted or chosen on them is tested on the others."""
    return _hash(title) // 10 % 2 == 0


def _hash(title: str) -> int:
    return int(hashlib.sha256(title.encode()).hexdigest(), 16)


def load_questions(folder: Path = SHARED) -> list[Question]:
    """All questions with a place in their text (the long answers of CLAP-NQ have none and are left out)."""
    seen: dict[str, Question] = {}
    for name in ("squad-v1.1-part", "squad-v2.0-part", "qed-train", "policyqa-dev"):
        kept = 0
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            answers = tuple((a["text"], a["start"]) for a in row["answers"] if a.get("start") is not None)
            if row["id"] in seen or (row["answerable"] and not answers):
                continue
            if row["set"] == "policyqa":
                kept += 1
                if kept > POLICY_QUESTIONS:
                    break
            seen[row["id"]] = Question(
                row["id"],
                row["set"],
                row["title"],
                row["context"],
                row["question"],
                answers if row["answerable"] else (),
            )
    return list(seen.values())


class Corpus:
    """The passages of all contexts, their vectors, and near passages of other articles for each question."""

    def __init__(self, questions: Sequence[Question], cache: Path, *, hard: bool = False) -> None:
        self.spans: dict[str, list[Span]] = {}
        self.texts: list[str] = []
        self.titles: list[str] = []
        first: dict[str, int] = {}
        for question in questions:
            if question.context not in self.spans:
                first[question.context] = len(self.texts)
                self.spans[question.context] = passage_spans(question.context)
                for start, end in self.spans[question.context]:
                    self.texts.append(question.context[start:end])
                    self.titles.append(question.title)
        self.first = first
        cache.parent.mkdir(parents=True, exist_ok=True)
        if cache.exists():
            self.near = np.load(cache)
        else:
            embedder = Embedder.open(PACKAGED_MODEL)
            vectors = embedder.encode(self.texts)
            asked = embedder.encode([q.text for q in questions])
            similar = asked @ vectors.T
            self.near = self._fused(questions, similar) if hard else np.argsort(-similar, axis=1)[:, :24]
            self.near = self.near.astype(np.int32)
            np.save(cache, self.near)

    def _fused(self, questions: Sequence[Question], similar: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """The 24 best passages for each question by the same fusion that `Retriever.search` uses."""
        held = [
            Passage(str(n), t, 0, len(t), title=title)
            for n, (t, title) in enumerate(zip(self.texts, self.titles, strict=True))
        ]
        keyword = KeywordIndex(Path(":memory:"))
        keyword.rebuild([held], 1)
        rows = []
        for question, row in zip(questions, similar, strict=True):
            best = np.argpartition(-row, 40)[:40]
            dense = sorted(((held[i], float(row[i])) for i in best), key=lambda x: -x[1])
            found = [int(h.passage.document_id) for h in fuse(dense, keyword.search(question.text, 40))][:24]
            rows.append(found + [found[-1]] * (24 - len(found)))
        keyword.close()
        return np.array(rows)


class Groups:
    """Builds the training groups of one epoch; the same (seed, epoch, question) always gives the same group."""

    def __init__(
        self,
        corpus: Corpus,
        questions: Sequence[Question],
        tokenizer: Any,
        seed: int,
        texts: int = 3,
        with_claims: bool = False,
    ) -> None:
        self.corpus, self.tokenizer, self.seed, self.texts = corpus, tokenizer, seed, texts
        self.with_claims = with_claims
        self.answers: dict[str, list[str]] = defaultdict(list)
        self.answers_of_title: dict[str, list[str]] = defaultdict(list)
        for question in questions:
            for answer, _ in question.answers[:1]:
                self.answers[question.context].append(answer)
                self.answers_of_title[question.title].append(answer)

    def build(self, number: int, question: Question, epoch: int) -> list[Target]:
        rng = random.Random(f"{self.seed}:{epoch}:{question.id}")
        title = question.title if rng.random() < 0.5 else ""
        if question.answers and rng.random() < 0.3:
            picked = self._sentences(question, rng)
            if picked:
                return self._targets(question, picked, [""] * len(picked))
        picked, titles = self._passages(number, question, rng)
        return self._targets(question, picked, [title if own else (t if title else "") for own, t in titles])

    def claims(self, number: int, question: Question, epoch: int) -> list[Target]:
        """Claims made from a question and its paragraph, true and false ones, with the passage that decides; and a
        true one with a near passage of another article, which does not."""
        rng = random.Random(f"claims:{self.seed}:{epoch}:{question.id}")
        others = [a for a in self.answers[question.context] if a not in [x for x, _ in question.answers]]
        made = claims_of(
            question.text, question.answers, others or self.answers_of_title[question.title], question.context, rng
        )
        far = [int(i) for i in self.corpus.near[number] if self.corpus.texts[int(i)] not in question.context]
        if made and far and rng.random() < 0.4:
            made.append((made[0][0], self.corpus.texts[rng.choice(far[:10])], False))
        targets = []
        for claim, text, true in made:
            title = [question.title if true and rng.random() < 0.3 else ""]
            example = lay_out(self.tokenizer, claim, [text], [sentences(text)], title, MAX_TOKENS)[0]
            targets.append(Target(example, False, frozenset(), (0, 0), true))
        return targets

    def _passages(
        self, number: int, question: Question, rng: random.Random
    ) -> tuple[list[tuple[str, int | None]], list[tuple[bool, str]]]:
        """(text, offset of the text in the context or None) for a positive and its negatives."""
        corpus = self.corpus
        own = corpus.spans[question.context]
        first = corpus.first[question.context]
        holding = [i for i, (s, e) in enumerate(own) if any(s <= a < e for _, a in question.answers)]
        chosen: list[int] = []
        if holding:
            chosen.append(first + rng.choice(holding))
        siblings = [first + i for i in range(len(own)) if i not in holding]
        rng.shuffle(siblings)
        chosen += siblings[: 1 if holding else 2]
        words = [a.lower() for a, _ in question.answers]
        far = [int(i) for i in corpus.near[number] if not first <= i < first + len(own)]
        far = [i for i in far if not any(w in corpus.texts[i].lower() for w in words)]
        weights = [1 / (1 + r) ** 0.5 for r in range(len(far))]
        while far and len(chosen) < self.texts:
            pick = rng.choices(range(len(far)), weights)[0]
            chosen.append(far.pop(pick))
            weights.pop(pick)
        texts: list[tuple[str, int | None]] = [
            (corpus.texts[i], own[i - first][0] if first <= i < first + len(own) else None) for i in chosen
        ]
        return texts, [(first <= i < first + len(own), corpus.titles[i]) for i in chosen]

    def _sentences(self, question: Question, rng: random.Random) -> list[tuple[str, int | None]]:
        spans = sentences(question.context)
        good = [s for s in spans if any(s[0] <= a < s[1] for _, a in question.answers)]
        words = [a.lower() for a, _ in question.answers]
        bad = [s for s in spans if s not in good and not any(w in question.context[slice(*s)].lower() for w in words)]
        if not good or not bad:
            return []
        rng.shuffle(bad)
        return [(question.context[slice(*s)], s[0]) for s in (rng.choice(good), *bad[: self.texts + 1])]

    def _targets(self, question: Question, picked: list[tuple[str, int | None]], titles: list[str]) -> list[Target]:
        spans = [sentences(text) for text, _ in picked]
        examples = lay_out(self.tokenizer, question.text, [t for t, _ in picked], spans, titles, MAX_TOKENS)
        targets = []
        for (text, offset), inside, example in zip(picked, spans, examples, strict=True):
            evidence: set[int] = set()
            span = (0, 0)
            for answer, start in question.answers:
                begin = -1 if offset is None else start - offset
                if not 0 <= begin < len(text):
                    continue
                evidence |= {i for i, (s, e) in enumerate(inside) if s <= begin < e}
                pieces = [
                    i for i, (s, e) in enumerate(example.offsets) if e > s and s < begin + len(answer) and e > begin
                ]
                if pieces and span == (0, 0):
                    span = (pieces[0], pieces[-1])
            targets.append(Target(example, bool(evidence), frozenset(evidence), span))
        return targets


def loss_of(groups: list[list[Target]], logits: Logits) -> torch.Tensor:
    """The reading loss of the groups of questions plus the support loss of the groups of claims."""
    targets = [t for g in groups for t in g]
    claims = torch.tensor([t.supported is not None for t in targets])
    total = logits.support.sum() * 0
    if claims.any():
        gold = torch.tensor([float(bool(t.supported)) for t in targets])[claims]
        total = total + CLAIM_WEIGHT * F.binary_cross_entropy_with_logits(logits.support[claims], gold)
    if not claims.all():
        asked = ~claims
        reading = Logits(
            *(x[asked] for x in (logits.support, logits.relevance, logits.evidence, logits.start, logits.end))
        )
        total = total + _reading_loss([g for g in groups if g[0].supported is None], reading)
    return total


def _reading_loss(groups: list[list[Target]], logits: Logits) -> torch.Tensor:
    """Listwise softmax over each group plus absolute (binary) terms, for texts and sentences, plus the span loss."""
    targets = [t for g in groups for t in g]
    relevant = torch.tensor([float(t.relevant) for t in targets])
    total = 0.5 * F.binary_cross_entropy_with_logits(logits.relevance, relevant)
    evidence = torch.zeros_like(logits.evidence)
    for row, target in enumerate(targets):
        for sentence in target.evidence:
            if sentence < evidence.shape[1]:
                evidence[row, sentence] = 1.0
    real = logits.evidence > -1e3
    total = total + 0.5 * F.binary_cross_entropy_with_logits(logits.evidence[real], evidence[real])
    begin = 0
    listwise = []
    for group in groups:
        rows = slice(begin, begin + len(group))
        begin += len(group)
        if not any(t.relevant for t in group):
            continue
        for scores, gold in (
            (logits.relevance[rows], relevant[rows]),
            (logits.evidence[rows].reshape(-1), evidence[rows].reshape(-1)),
        ):
            if gold.sum() > 0:
                log = F.log_softmax(scores, dim=0)
                listwise.append(-torch.logsumexp(log[gold > 0], dim=0))
    if listwise:
        total = total + torch.stack(listwise).sum() / len(groups)
    starts = torch.tensor([t.span[0] for t in targets])
    ends = torch.tensor([t.span[1] for t in targets])
    span = F.cross_entropy(logits.start, starts, reduction="none") + F.cross_entropy(logits.end, ends, reduction="none")
    weight = torch.where(relevant > 0, 1.0, 0.3)
    return total + (span * weight).sum() / weight.sum() / 2


def batches(
    questions: Sequence[tuple[int, Question]], groups: Groups, epoch: int, seed: int, budget: int
) -> Iterator[list[list[Target]]]:
    """Groups in random order, gathered by similar length up to `budget` padded word pieces."""
    order = list(questions)
    random.Random(f"{seed}:{epoch}").shuffle(order)
    for begin in range(0, len(order), 512):
        part = order[begin : begin + 512]
        built = [groups.build(number, question, epoch) for number, question in part]
        if groups.with_claims:
            built += [groups.claims(number, question, epoch) for number, question in part]
        built = [g for g in built if g]
        built.sort(key=lambda g: max(len(t.example.input_ids) for t in g))
        packed: list[list[list[Target]]] = [[]]
        longest = rows = 0
        for group in built:
            length = max(len(t.example.input_ids) for t in group)
            if packed[-1] and (rows + len(group)) * max(longest, length) > budget:
                packed.append([])
                longest = rows = 0
            packed[-1].append(group)
            longest, rows = max(longest, length), rows + len(group)
        random.Random(f"{seed}:{epoch}:{begin}").shuffle(packed)
        yield from packed


def evaluate(network: ReaderNetwork, groups: Groups, questions: Sequence[tuple[int, Question]]) -> dict[str, float]:
    """Development figures: right sentence in the paragraph, AUROC of answerability and of claims, passage choice."""
    from sklearn.metrics import roc_auc_score

    network.eval()
    corpus, tokenizer = groups.corpus, groups.tokenizer
    claims: list[tuple[float, bool]] = []
    right: dict[str, list[float]] = defaultdict(list)
    scores: list[float] = []
    answerable: list[bool] = []
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for number, question in questions:
            own = corpus.spans[question.context]
            if made := groups.claims(number, question, 0):
                support = network(**collate([t.example for t in made])).support
                claims += [(float(x), bool(t.supported)) for x, t in zip(support, made, strict=True)]
            texts = [question.context[slice(*s)] for s in own]
            inside = [sentences(t) for t in texts]
            logits = network(**collate(lay_out(tokenizer, question.text, texts, inside, [""] * len(texts), 384)))
            if question.set.startswith("squad"):
                scores.append(float(logits.relevance.max()))
                answerable.append(bool(question.answers))
            if not question.answers:
                continue
            evidence = logits.evidence + 0.5 * logits.relevance.unsqueeze(1)
            row, column = divmod(int(evidence.argmax()), evidence.shape[1])
            begin = own[row][0] + inside[row][column][0]
            end = own[row][0] + inside[row][column][1]
            hit = any(begin <= a < end for _, a in question.answers)
            right[f"sentence {question.set}"].append(hit)
            right["sentence all"].append(hit)
            spans = sentences(question.context)
            if len(spans) > 1:
                single = network(
                    **collate(
                        lay_out(
                            tokenizer,
                            question.text,
                            [question.context[slice(*s)] for s in spans],
                            [[(0, s[1] - s[0])] for s in spans],
                            [""] * len(spans),
                            384,
                        )
                    )
                )
                best = spans[int((single.relevance + single.evidence[:, 0]).argmax())]
                right["single sentence"].append(any(best[0] <= a < best[1] for _, a in question.answers))
            first = corpus.first[question.context]
            others = [int(i) for i in corpus.near[number] if not first <= i < first + len(own)][:8]
            far = [corpus.texts[i] for i in others]
            rest = network(
                **collate(lay_out(tokenizer, question.text, far, [sentences(t) for t in far], [""] * len(far), 384))
            )
            right["passage of 8"].append(float(logits.relevance.max()) > float(rest.relevance.max()))
    network.train()
    figures = {name: sum(values) / len(values) for name, values in right.items()}
    figures["auroc squad-v2.0"] = float(roc_auc_score(answerable, scores))
    figures["auroc claims"] = float(roc_auc_score([t for _, t in claims], [x for x, _ in claims]))
    return figures


def train(options: argparse.Namespace) -> None:
    from safetensors.torch import load_file, save_file
    from tokenizers import Tokenizer

    torch.manual_seed(options.seed)
    source = packaged_model_path()
    config = json.loads((source / "config.json").read_text())
    # Without dropout a step is a third faster; averaging the weights regularises instead.
    encoder = bert({**config, "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0})
    weights = load_file(source / "model.safetensors")
    missing, _ = encoder.load_state_dict(weights, strict=False)
    assert not missing, missing
    network = ReaderNetwork(encoder, config["hidden_size"])
    if options.start:
        network.load_state_dict({k: v.float() for k, v in load_file(options.start).items()}, strict=False)
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    questions = load_questions(options.data)
    hard = options.start is not None
    corpus = Corpus(questions, options.work / "near.npy", hard=hard)
    numbered = list(enumerate(questions))
    development = [(n, q) for n, q in numbered if in_development(q.title)]
    training = [(n, q) for n, q in numbered if not in_development(q.title)][: options.limit]
    small = [pair for pair in random.Random(1).sample(development, len(development)) if pair[1].set != "policyqa"][:320]
    groups = Groups(corpus, questions, tokenizer, options.seed, texts=5 if hard else 3, with_claims=hard)
    for parameter in encoder.get_submodule("embeddings").parameters():
        parameter.requires_grad_(False)  # word vectors of rare names must not be bent by 15,000 questions
    decay = [p for p in network.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in network.parameters() if p.requires_grad and p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=options.rate
    )
    steps_an_epoch = sum(1 for _ in batches(training, groups, 0, options.seed, options.budget))
    total = min(steps_an_epoch * options.epochs, options.steps or 1 << 30)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / (0.06 * total), max(0.02, (total - s) / (0.94 * total)))
    )
    average = {k: v.detach().clone() for k, v in network.state_dict().items()}
    state = options.work / "state.pt"
    done = 0
    if state.exists():
        saved = torch.load(state, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        average, done = saved["average"], saved["step"]
    log = options.work / "training.log"

    def say(line: str) -> None:
        stamped = f"{time.strftime('%H:%M:%S')} {line}"
        print(stamped, flush=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(stamped + "\n")

    say(f"{len(training)} training questions, {len(development)} development, {total} steps, from step {done}")
    step = 0
    seen, began, recent = 0, time.monotonic(), []
    for epoch in range(options.epochs):
        if (epoch + 1) * steps_an_epoch <= done:
            step += steps_an_epoch
            continue
        for batch in batches(training, groups, epoch, options.seed, options.budget):
            step += 1
            if step <= done:
                continue
            if step > total:
                return
            targets = [t for g in batch for t in g]
            inputs = collate([t.example for t in targets])
            seen += inputs["input_ids"].numel()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = network(**inputs)
            loss = loss_of(batch, logits)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            recent.append(float(loss.detach()))
            with torch.no_grad():
                for name, value in network.state_dict().items():
                    average[name].lerp_(value, 1 - options.average)
            if step % 50 == 0:
                pace = seen / (time.monotonic() - began)
                say(f"step {step}/{total} loss {np.mean(recent):.3f} {pace:.0f} pieces/s")
                recent = []
            if step % options.every == 0 or step == total:
                torch.save(
                    {
                        "network": network.state_dict(),
                        "optimizer": optimizer.state_dict(),
                        "average": average,
                        "schedule": schedule.state_dict(),
                        "step": step,
                    },
                    state.with_suffix(".tmp"),
                )
                state.with_suffix(".tmp").replace(state)
                kept = {k: v.clone() for k, v in network.state_dict().items()}
                network.load_state_dict(average)
                say(
                    f"development at {step}: {json.dumps({k: round(v, 4) for k, v in evaluate(network, groups, small).items()})}"
                )
                save_file({k: v.half() for k, v in average.items()}, options.work / "reader.safetensors")
                network.load_state_dict(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--work", type=Path, default=Path(".cache/reader"), help="state, log and result")
    parser.add_argument("--start", type=Path, help="weights of the first stage; makes this the second")
    parser.add_argument("--steps", type=int, help="stop after so many, however many epochs that is")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1e-4, help="peak learning rate")
    parser.add_argument("--budget", type=int, default=4096, help="padded word pieces a step")
    parser.add_argument("--average", type=float, default=0.998, help="decay of the weight average that is shipped")
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--seed", type=int, default=20250318)
    parser.add_argument("--limit", type=int, default=None, help="questions, for a quick trial")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    train(options)


if __name__ == "__main__":
    main()

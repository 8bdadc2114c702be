"""Trains the reader from a published cross-encoder: `make reader`, or `python -m evals.training.train_reader --help`.

Where it starts: `starting_weights.py`. Data and groups: `reader_data.py`; negatives are found by words and embedding
together, as `Retriever.search` finds them, and claims (`claims.py`) train the head that judges support. `--start` goes
on from weights that were trained here. `finish_reader.py` makes of it what is shipped.

Repeatable: the seed fixes initial heads, order and negatives. Resumable: state is written every
few hundred steps and picked up again. The log is appended to and kept.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from index.language.sentences import sentences
from index.models.hardware import dtype_of, numbers_for
from index.reading.network import (
    FIRST_LAYERS,
    Example,
    Logits,
    ReaderNetwork,
    bert,
    collate,
    from_disk,
    lay_out,
    to_disk,
)
from index.reading.reader import WEIGHTS

from ..loaders.squad import FOLDER, Question
from ..splits import in_development
from .reader_data import Corpus, Groups, Target, questions_to_train_on
from .starting_weights import CONFIG, starting_weights

CLAIM_WEIGHT = 1.0
FROZEN_LAYERS = FIRST_LAYERS
"""Layers that stay as published: a step is a tenth faster."""
_PLAIN = "qamr"
_PLAIN_SHARE = 3
"""One in so many questions of that set: they are plain, and share the words of their sentence."""
_UNANSWERABLE = 3
"""An unanswerable question counts for so many: few are labelled, and refusing is learned from them."""


def mixed_precision(device: torch.device) -> contextlib.AbstractContextManager[object]:
    """bfloat16 on a graphics card, and where the processor is faster with it."""
    kind = dtype_of(numbers_for("embedding")) if device.type == "cpu" else torch.bfloat16
    return contextlib.nullcontext() if kind == torch.float32 else torch.autocast(device.type, dtype=kind)


def logits_of(network: ReaderNetwork, examples: Sequence[Example], device: torch.device) -> Logits:
    """What the network says, wherever it runs, as tensors on the CPU: the losses over small groups are no faster
    on a graphics card."""
    with mixed_precision(device):
        said = network(**{name: tensor.to(device) for name, tensor in collate(examples).items()})
    return Logits(**{f.name: getattr(said, f.name).cpu() for f in fields(Logits)})


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
        reading = Logits(**{f.name: getattr(logits, f.name)[asked] for f in fields(Logits)})
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


def balanced(questions: Sequence[tuple[int, Question]]) -> list[tuple[int, Question]]:
    """Fewer of the plain questions, and those without an answer several times."""
    kept = [(n, q) for n, q in questions if q.set != _PLAIN or n % _PLAIN_SHARE == 0]
    return [pair for pair in kept for _ in range(1 if pair[1].answers else _UNANSWERABLE)]


def batches(
    questions: Sequence[tuple[int, Question]], groups: Groups, epoch: int, seed: int, budget: int
) -> Iterator[list[list[Target]]]:
    """Groups in random order, gathered by similar length up to `budget` padded word pieces."""
    order = list(questions)
    random.Random(f"{seed}:{epoch}").shuffle(order)
    for begin in range(0, len(order), 512):
        part = order[begin : begin + 512]
        built = [group for number, question in part for group in groups.of(number, question, epoch)]
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


def evaluate(
    network: ReaderNetwork, groups: Groups, questions: Sequence[tuple[int, Question]], device: torch.device
) -> dict[str, float]:
    """Development figures: right sentence in the paragraph, AUROC of answerability and of claims, passage choice."""
    from sklearn.metrics import roc_auc_score

    network.eval()
    corpus, tokenizer = groups.corpus, groups.tokenizer
    claims: list[tuple[float, bool]] = []
    right: dict[str, list[float]] = defaultdict(list)
    scores: list[float] = []
    answerable: list[bool] = []
    with torch.inference_mode():
        for number, question in questions:
            own = corpus.spans[question.context]
            if made := groups.claims(number, question, 0):
                support = logits_of(network, [t.example for t in made], device).support
                claims += [(float(x), bool(t.supported)) for x, t in zip(support, made, strict=True)]
            texts = [question.context[slice(*s)] for s in own]
            inside = [sentences(t) for t in texts]
            logits = logits_of(
                network, lay_out(tokenizer, question.text, texts, inside, [""] * len(texts), 384), device
            )
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
                pieces = [question.context[slice(*s)] for s in spans]
                whole = [[(0, len(piece))] for piece in pieces]
                single = logits_of(
                    network, lay_out(tokenizer, question.text, pieces, whole, [""] * len(pieces), 384), device
                )
                best = spans[int((single.relevance + single.evidence[:, 0]).argmax())]
                right["single sentence"].append(any(best[0] <= a < best[1] for _, a in question.answers))
            first = corpus.first[question.context]
            others = [int(i) for i in corpus.near[number] if not first <= i < first + len(own)][:8]
            far = [corpus.texts[i] for i in others]
            inside = [sentences(t) for t in far]
            rest = logits_of(network, lay_out(tokenizer, question.text, far, inside, [""] * len(far), 384), device)
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
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    # Without dropout a step is a third faster; averaging the weights regularises instead.
    encoder = bert({**CONFIG, "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0})
    network = ReaderNetwork(encoder, CONFIG["hidden_size"])
    if options.start:
        begun = {name: weight.float() for name, weight in from_disk(load_file(options.start)).items()}
    else:
        begun = {name: torch.tensor(weight) for name, weight in starting_weights().items()}
    missing = network.load_state_dict(begun, strict=False).missing_keys
    assert not any(name.startswith("encoder.") for name in missing), missing
    network.to(device)
    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    questions = questions_to_train_on(options.data)
    corpus = Corpus(questions, options.work / "near.npy")
    numbered = list(enumerate(questions))
    development = [(n, q) for n, q in numbered if in_development(q.title or q.context)]
    training = [(n, q) for n, q in numbered if not in_development(q.title or q.context)][: options.limit]
    small = [pair for pair in random.Random(1).sample(development, len(development)) if pair[1].set != "policyqa"][:320]
    training = balanced(training)
    groups = Groups(corpus, questions, tokenizer, options.seed, options.texts)
    # Word vectors of rare names must not be bent by so few questions, and what the first layers see of words is known.
    frozen = ["embeddings", *(f"encoder.layer.{n}" for n in range(FROZEN_LAYERS))]
    for parameter in (p for name in frozen for p in encoder.get_submodule(name).parameters()):
        parameter.requires_grad_(False)
    decay = [p for p in network.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in network.parameters() if p.requires_grad and p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=options.rate
    )
    if options.steps and options.epochs == 1:  # counting the steps of an epoch takes minutes
        steps_an_epoch = options.steps
    else:
        steps_an_epoch = sum(1 for _ in batches(training, groups, 0, options.seed, options.budget))
    total = min(steps_an_epoch * options.epochs, options.steps or 1 << 30)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / (0.06 * total), max(0.02, (total - s) / (0.94 * total)))
    )
    average = {k: v.detach().clone() for k, v in network.state_dict().items()}
    state = options.work / "state.pt"
    done = 0
    if state.exists():
        saved = torch.load(state, weights_only=True, map_location=device)
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
            seen += len(targets) * max(len(t.example.input_ids) for t in targets)
            loss = loss_of(batch, logits_of(network, [t.example for t in targets], device))
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
                    f"development at {step}: {json.dumps({k: round(v, 4) for k, v in evaluate(network, groups, small, device).items()})}"
                )
                save_file({k: v.half() for k, v in to_disk(average).items()}, options.work / "reader.safetensors")
                network.load_state_dict(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--work", type=Path, default=Path(".cache/reader"), help="state, log and result")
    parser.add_argument("--start", type=Path, help="weights trained here before, to go on from")
    parser.add_argument("--texts", type=int, default=3, help="texts a question (default: 3)")
    parser.add_argument("--steps", type=int, help="stop after so many, however many epochs that is")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=8e-5, help="peak learning rate")
    parser.add_argument("--budget", type=int, default=4096, help="padded word pieces a step")
    parser.add_argument("--average", type=float, default=0.997, help="decay of the weight average that is shipped")
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--seed", type=int, default=20250318)
    parser.add_argument("--device", help="cuda, mps or cpu (default: a graphics card if there is one)")
    parser.add_argument("--limit", type=int, default=None, help="questions, for a quick trial")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    train(options)


if __name__ == "__main__":
    main()

"""Makes the reader that is shipped out of what was trained: `python -m evals.training.finish_reader --help`.

Of several files of weights the mean is taken (Wortsman et al., 2022, "Robust fine-tuning of zero-shot models"). Then a linear
probe of the states after the first layers is fitted by ridge regression to the logit that the whole network gives: by
this early score `Reader` tells which of many passages need not be read to the end. Questions of training articles, with the passages that
search finds for them.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from index.language.sentences import sentences
from index.models.checksums import write_checksum
from index.reading.network import from_disk, to_disk
from index.reading.ours import OurModel
from index.reading.reader import WEIGHTS, Calibration, Reader, text_logit
from index.search import CANDIDATES

from ..loaders.squad import FOLDER, Question, training_questions
from ..splits import in_development
from .reader_data import Corpus, questions_to_train_on
from .starting_weights import CONFIG

EARLY_SCORE = ("early_score.weight", "early_score.bias")
"""The parameters of the network that are fitted here, after the training."""
Features = npt.NDArray[np.float32]


def averaged(files: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of the weights that all files have, by their names in the network and in half precision; without those that
    are fitted afterwards."""
    loaded = [from_disk(load_file(f)) for f in files]
    shared = [n for n in loaded[0] if all(n in weights for weights in loaded) and n not in EARLY_SCORE]
    return {name: torch.stack([w[name].float() for w in loaded]).mean(0).half() for name in shared}


def probed(
    model: OurModel, reader: Reader, corpus: Corpus, asked: Sequence[tuple[int, Question]]
) -> Iterator[tuple[Features, Features]]:
    """For each question the summaries (n, 2 hidden) of its passages after the first layers, and their logits (n,)."""
    for number, question in tqdm(asked, desc="probing", disable=None):
        near = [int(i) for i in corpus.near[number][:CANDIDATES]]
        texts, titles = [corpus.texts[i] for i in near], [corpus.titles[i] for i in near]
        spans = [sentences(t) for t in texts]
        examples = model.lay_out(question.text, texts, spans, titles)
        with torch.inference_mode():
            states, summary = model.begin(examples)
            logits = model.finish(examples, states)
        share = reader.calibration.rank_evidence_share
        best = logits.evidence.max(dim=1).values.clamp(min=-10)
        yield summary.float().numpy(), (logits.relevance + share * best).numpy()


def linear(summaries: Features, logits: Features) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight (1, features) and bias (1,) of the ridge regression, for summaries as they come."""
    scale, ridge = StandardScaler(), RidgeCV(alphas=[300, 1000, 3000, 10000])
    make_pipeline(scale, ridge).fit(summaries, logits)
    weight = ridge.coef_ / scale.scale_
    bias = ridge.intercept_ - float(weight @ scale.mean_)
    return torch.tensor(weight[None], dtype=torch.float16), torch.tensor([bias], dtype=torch.float16)


def check(corpus: Corpus, asked: Sequence[tuple[int, Question]]) -> None:
    """Prints how often the passage with the answer comes first when all are read to the end, and as shipped."""
    reader = Reader.open()
    right: dict[str, int] = {"all read": 0, "as shipped": 0, "the order found": 0}
    kept = same = read = 0
    for number, question in tqdm(asked, desc="checking", disable=None):
        near = [int(i) for i in corpus.near[number][:CANDIDATES]]
        texts, titles = [corpus.texts[i] for i in near], [corpus.titles[i] for i in near]
        first, spans = corpus.first[question.context], corpus.spans[question.context]
        holding = {first + n for n, (s, e) in enumerate(spans) if any(s <= a < e for _, a in question.answers)}
        share, words = reader.calibration.rank_evidence_share, reader.calibration.rank_words_share
        whole = [text_logit(scores, share, words) for scores in reader._model.score(question.text, texts, titles, None)]
        shipped = reader.scores(question.text, texts, titles, ordered=True)
        as_shipped = [text_logit(scores, share, words) for scores in shipped]
        best = {"all read": int(np.argmax(whole)), "as shipped": int(np.argmax(as_shipped)), "the order found": 0}
        for name, place in best.items():
            right[name] += near[place] in holding
        kept += shipped[best["all read"]].whole
        same += best["all read"] == best["as shipped"]
        read += sum(scores.whole for scores in shipped)
    print(
        f"{len(asked)} questions of articles never trained on, {CANDIDATES} passages each, {read / len(asked):.1f} of them "
        f"read to the end; the best of all is among these for {kept / len(asked):.3f}, and first for {same / len(asked):.3f}"
    )
    print("passage with the answer first: " + ", ".join(f"{n} {x / len(asked):.3f}" for n, x in right.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "trained", type=Path, nargs="*", help="reader.safetensors of `train_reader`; of several, the mean"
    )
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--near", type=Path, required=True, help="near.npy of the training")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--out", type=Path, default=WEIGHTS / "reader.safetensors")
    parser.add_argument("--check", type=int, help="change nothing: try what is shipped on so many questions")
    options = parser.parse_args()
    corpus = Corpus(questions_to_train_on(options.data), options.near)
    usable = [(n, q) for n, q in enumerate(training_questions(options.data)) if q.set != "policyqa"]
    if options.check:
        unseen = [(n, q) for n, q in usable if in_development(q.title) and q.answers]
        check(corpus, random.Random(6).sample(unseen, options.check))
        return
    work = options.near.parent / "finished"
    work.mkdir(exist_ok=True)
    shutil.copy(WEIGHTS / "tokenizer.json", work)
    for folder in (work, options.out.parent):
        (folder / "config.json").write_text(json.dumps(CONFIG, indent=2, sort_keys=True) + "\n")
    weights = averaged(options.trained)
    width = 2 * CONFIG["hidden_size"]
    nothing = dict(zip(EARLY_SCORE, (torch.zeros(1, width).half(), torch.zeros(1).half()), strict=True))
    save_file(to_disk(weights | nothing), work / "reader.safetensors")
    model = OurModel(work, "float32")
    reader = Reader("unfinished", model, Calibration(rank_evidence_share=0.25), ours=True)
    asked = [(n, q) for n, q in usable if not in_development(q.title)]
    rows = list(probed(model, reader, corpus, random.Random(5).sample(asked, options.questions)))
    probe = linear(np.concatenate([s for s, _ in rows]), np.concatenate([x for _, x in rows]))
    save_file(to_disk(weights | dict(zip(EARLY_SCORE, probe, strict=True))), options.out)
    write_checksum(options.out)
    print(f"{options.out}: {len(options.trained)} averaged, early score fitted on {len(rows)} questions")


if __name__ == "__main__":
    main()

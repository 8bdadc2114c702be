"""Question x texts -> which texts, sentences and words answer, and whether any does.

The default reader is a MiniLM encoder (Wang et al., 2020) with three heads, trained by
`evals/train_reader.py` on openly licensed questions: one logit a text (does it answer?), one a
sentence (is it the evidence?) and a start and an end logit a word piece (Devlin et al., 2019; a
text without the answer points at [CLS], as in SQuAD 2.0). Its card is `weights/MODEL_CARD.md`.

This is the only file that knows which kind of reader it holds: ours, a Hugging Face
question-answering model, or a cross-encoder.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from .errors import ReaderError
from .hardware import best_dtype, fast_int8
from .sentences import Span, sentences

if TYPE_CHECKING:
    import torch

    from .reader_network import Example, Logits

WEIGHTS = Path(__file__).parent / "weights"
MAX_TOKENS = 384
"""Word pieces of question and text together; longer texts are read in windows of whole sentences."""
_WINDOW_CHARS = 1100
_BATCH_TOKENS = 768
"""Padded word pieces a batch: small enough that short passages are not padded to the longest."""
_MAX_ANSWER_PIECES = 24
_READ_PIECES = 900
"""Word pieces of texts that are read to the end when there are many; what promises less stops after the first layers."""
_READ_TEXTS = 6
"""So many texts are always read to the end, and never fewer."""
_PRIOR = 0.3
"""How much less promise, in logits, each place further down a ranked list of texts stands for (docs/choices.md)."""
_READ_CHARS = 4000
"""Texts that have no more characters than this, together, are all read to the end."""


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A sentence that may answer. Offsets count characters of the text with number `passage`.

    `answer_start:answer_end` are the answering words, inside `start:end`; `score` is in 0..1.
    """

    passage: int
    start: int
    end: int
    answer_start: int
    answer_end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """`spans` best first, one for each sentence of the texts; `answerable` in 0..1: do the texts answer at all?"""

    spans: tuple[AnswerSpan, ...]
    answerable: float


@dataclass(frozen=True, slots=True)
class Look:
    """What a model makes of one question with one text: logits, higher is better.

    `sentences`, `evidence` and `words` run in parallel: each sentence, its logit, and the span and
    logit of the answering words in it (the logit is relative to "no answer here"). `support` is for a claim
    in the place of the question: does the text say so? None from a reader that did not learn it. `whole` is
    false for a text that promised so little beside the others that it was not read to the end: its logits
    put it behind them and mean no more.
    """

    relevance: float
    sentences: tuple[Span, ...]
    evidence: tuple[float, ...]
    words: tuple[tuple[Span, float], ...]
    support: float | None = None
    whole: bool = True


class ReaderModel(Protocol):
    """What a kind of reader has to do; everything else is common.

    With `hurry` it may leave unread the texts that promise little: it is how much promise, in logits, each place
    further down the list costs. None reads all to the end."""

    def look(
        self, question: str, texts: Sequence[str], titles: Sequence[str], hurry: float | None = None
    ) -> list[Look]: ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns logits into scores: fitted on development questions, stored beside the weights (`reader.json`).

    A sentence's logit is `evidence + relevance_share * relevance + words_share * words`; a text's is
    `relevance + rank_evidence_share * evidence + rank_words_share * words`, of its best sentence; answerable
    is the logistic function of `answerable_scale * logit + answerable_shift` of the best text.
    """

    relevance_share: float = 0.5
    words_share: float = 0.25
    rank_evidence_share: float = 0.5
    rank_words_share: float = 0.0
    answerable_scale: float = 1.0
    answerable_shift: float = 0.0


class Reader:
    """Ranks texts and finds the answering sentences. Safe to share between threads."""

    def __init__(self, name: str, model: ReaderModel, calibration: Calibration, *, ours: bool = False) -> None:
        self.name, self.calibration, self.ours = name, calibration, ours
        self._model = model
        self._lock = RLock()
        self._seen: OrderedDict[tuple[str, str, str], Look] = OrderedDict()

    @staticmethod
    def open(name: str = "default") -> Reader:
        """Loads a reader: "default" is ours, anything else the name or path of a Hugging Face
        question-answering or cross-encoder model, or a folder written by `make reader`.
        Loaded once a process. Raises ReaderError."""
        return _open(name)

    def rank(
        self, question: str, texts: Sequence[str], titles: Sequence[str] | None = None, *, ordered: bool = False
    ) -> npt.NDArray[np.float32]:
        """How well each text answers, in 0..1, shape (len(texts),). Texts may be sentences or passages;
        `titles` are the titles of their documents, when known. `ordered`: a search put them in this order, best first."""
        logits = [self._text_logit(look) for look in self.looks(question, texts, titles, ordered=ordered)]
        return np.array([_logistic(x / 2) for x in logits], dtype=np.float32)

    def read(self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None) -> Reading:
        """Every sentence of `passages`, which a search put in this order, with its score and its answering words.

        Best first."""
        found = []
        looks = self.looks(question, passages, titles, ordered=True)
        for number, look in enumerate(looks):
            for (start, end), evidence, ((word_start, word_end), words) in zip(
                look.sentences, look.evidence, look.words, strict=True
            ):
                logit = self.sentence_logit(look.relevance, evidence, words)
                found.append(AnswerSpan(number, start, end, word_start, word_end, _logistic(logit / 2)))
        found.sort(key=lambda s: (-s.score, s.passage, s.start))
        return Reading(tuple(found), self._answerable(looks))

    def sentence_logit(self, relevance: float, evidence: float, words: float) -> float:
        return evidence + self.calibration.relevance_share * relevance + self.calibration.words_share * words

    def support(self, claim: str, text: str) -> float | None:
        """How far `text` says what `claim` says, as a logit; None when this reader did not learn to tell."""
        return self.looks(claim, [text])[0].support

    def looks(
        self, question: str, texts: Sequence[str], titles: Sequence[str] | None = None, *, ordered: bool = False
    ) -> list[Look]:
        """The raw logits for each text. Recent ones are remembered: reranking and reading share one pass.

        Of many texts together, those that promise least are not read to the end (`Look.whole`); `ordered` texts
        promise less the later they stand."""
        if titles is not None and len(titles) != len(texts):
            raise ValueError(f"{len(texts)} texts but {len(titles)} titles")
        keys = [(question, text, title) for text, title in zip(texts, titles or [""] * len(texts), strict=True)]
        hurried = len(texts) > _READ_TEXTS and sum(map(len, texts)) > _READ_CHARS
        with self._lock:
            missing = [
                key for key in dict.fromkeys(keys) if key not in self._seen or not (hurried or self._seen[key].whole)
            ]
            if missing:
                hurry = (_PRIOR if ordered else 0.0) if hurried else None
                looks = self._model.look(question, [k[1] for k in missing], [k[2] for k in missing], hurry)
                self._seen.update(zip(missing, looks, strict=True))
            found = [self._seen[key] for key in keys]
            while len(self._seen) > 512:
                self._seen.popitem(last=False)
        return found

    def _text_logit(self, look: Look) -> float:
        return text_logit(look, self.calibration.rank_evidence_share, self.calibration.rank_words_share)

    def _answerable(self, looks: Sequence[Look]) -> float:
        best = max((self._text_logit(look) for look in looks), default=-math.inf)
        if best == -math.inf:
            return 0.0
        return _logistic(self.calibration.answerable_scale * best + self.calibration.answerable_shift)


def text_logit(look: Look, evidence_share: float, words_share: float) -> float:
    """How well a text answers, as a logit: its relevance with shares of its best sentence's evidence and words."""
    evidence = max(look.evidence, default=-10.0)
    words = max((x for _, x in look.words), default=-10.0)
    return look.relevance + evidence_share * evidence + words_share * words


@lru_cache(maxsize=4)
def _open(name: str) -> Reader:
    folder = WEIGHTS if name == "default" else Path(name)
    if (folder / "reader.safetensors").is_file():
        settings = json.loads((folder / "reader.json").read_text()) if (folder / "reader.json").is_file() else {}
        return Reader(name, _OurModel(folder), Calibration(**settings.get("calibration", {})), ours=True)
    if name == "default":
        raise ReaderError(f"The reader's weights are missing from {WEIGHTS}: reinstall Newsdesk or run `make reader`.")
    try:
        from transformers import AutoConfig

        architectures = AutoConfig.from_pretrained(name).architectures or [""]
        if architectures[0].endswith("ForQuestionAnswering"):
            return Reader(name, _QuestionAnsweringModel(name), Calibration(0.0, 0.0, 0.0))
        if architectures[0].endswith("ForSequenceClassification"):
            return Reader(name, _CrossEncoderModel(name), Calibration(0.0, 0.0, 0.0))
    except (OSError, ValueError, ImportError) as error:
        raise ReaderError(f"Cannot load the reader {name!r}: {error}") from error
    raise ReaderError(
        f"{name!r} is a {architectures[0] or 'model of unknown kind'}; a reader is a question-answering model, "
        "a cross-encoder (sequence classification) or a folder written by `make reader`."
    )


def forget_opened() -> None:
    """Makes the next `Reader.open` load from disk again, after weights or calibration were written."""
    _open.cache_clear()


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -60 else 0.0


def _windows(text: str) -> list[tuple[str, int, list[Span]]]:
    """(text, offset, sentences) of windows that fit the model, whole sentences each; most texts are one window."""
    spans = sentences(text)
    if len(text) <= _WINDOW_CHARS or not spans:
        return [(text, 0, spans)]
    windows: list[list[Span]] = [[]]
    for span in spans:
        if windows[-1] and span[1] - windows[-1][0][0] > _WINDOW_CHARS:
            windows.append([])
        windows[-1].append(span)
    return [(text[w[0][0] : w[-1][1]], w[0][0], [(s - w[0][0], e - w[0][0]) for s, e in w]) for w in windows]


def _joined(parts: Sequence[tuple[int, Look]]) -> Look:
    """One look from those at the windows of a text."""
    if len(parts) == 1 and parts[0][0] == 0:
        return parts[0][1]
    return Look(
        relevance=max(look.relevance for _, look in parts),
        sentences=tuple((s + o, e + o) for o, look in parts for s, e in look.sentences),
        evidence=tuple(x for _, look in parts for x in look.evidence),
        words=tuple(((s + o, e + o), x) for o, look in parts for (s, e), x in look.words),
        support=max((look.support for _, look in parts if look.support is not None), default=None),
        whole=any(look.whole for _, look in parts),
    )


def _words_in(
    sentence: Span,
    offsets: Sequence[Span],
    starts: npt.NDArray[np.float32],
    ends: npt.NDArray[np.float32],
    pieces: Sequence[int],
    null: float,
) -> tuple[Span, float]:
    """The best answer span inside a sentence, given the word pieces that belong to it."""
    if not pieces:
        return sentence, -10.0
    first, last = pieces[0], pieces[-1] + 1
    scores = starts[first:last, None] + ends[None, first:last]
    size = last - first
    allowed = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(
        np.ones((size, size), dtype=bool), _MAX_ANSWER_PIECES
    )
    scores = np.where(allowed, scores, -1e9)
    row, column = divmod(int(scores.argmax()), size)
    return (offsets[first + row][0], offsets[first + column][1]), float(scores[row, column]) - null


def _batches(sizes: Sequence[int], chosen: Iterable[int]) -> Iterator[list[int]]:
    """Numbers of texts of similar size, from the longest down: a batch is as wide as its first."""
    order = sorted(chosen, key=lambda i: sizes[i])
    while order:
        size = max(1, min(len(order), _BATCH_TOKENS // sizes[order[-1]]))
        order, rows = order[:-size], order[-size:]
        yield rows


def _most_promising(promise: Mapping[int, float], sizes: Sequence[int]) -> list[int]:
    """The texts to read to the end: the best, as many as `_READ_PIECES` hold, and at least `_READ_TEXTS`."""
    chosen: list[int] = []
    pieces = 0
    for i in sorted(promise, key=lambda i: -promise[i]):
        pieces += sizes[i]
        if len(chosen) >= _READ_TEXTS and pieces > _READ_PIECES:
            break
        chosen.append(i)
    return chosen


def _look_of(example: Example, spans: Sequence[Span], logits: Logits, row: int) -> Look:
    start, end = logits.start[row].numpy(), logits.end[row].numpy()
    pieces: list[list[int]] = [[] for _ in spans]
    for piece, owner in enumerate(example.sentence_of):
        if owner >= 0:
            pieces[owner].append(piece)
    null = float(start[0] + end[0])
    return Look(
        float(logits.relevance[row]),
        tuple(spans),
        tuple(float(logits.evidence[row, s]) if pieces[s] else -10.0 for s in range(len(spans))),
        tuple(_words_in(span, example.offsets, start, end, pieces[s], null) for s, span in enumerate(spans)),
        float(logits.support[row]),
    )


class _OurModel:
    """The network of `reader_network.py` with the weights `make reader` wrote.

    `dtype` is what its encoder reckons in: `torch.int8`, with all between the matrix products in float32,
    `torch.bfloat16` or `torch.float32`; None for what this machine does fastest."""

    def __init__(self, folder: Path, dtype: torch.dtype | None = None) -> None:
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        from .reader_network import FIRST_LAYERS, ReaderNetwork, bert

        config = json.loads((folder / "config.json").read_text())
        import torch

        with torch.device("meta"):  # no time spent on random weights
            network = ReaderNetwork(bert(config), config["hidden_size"])
        wanted = dtype or (torch.int8 if fast_int8() else best_dtype())
        kind = torch.float32 if wanted == torch.int8 else wanted
        # The heads stay exact: they cost next to nothing, and their sums decide between sentences that are close.
        weights = {
            k: v.to(kind if k.startswith("encoder.") else torch.float32) if v.is_floating_point() else v
            for k, v in load_file(folder / "reader.safetensors").items()
        }
        missing = network.load_state_dict(weights, assign=True, strict=False).missing_keys
        if missing:
            raise ReaderError(
                f"The reader in {folder} is of another version (no {missing[0]}): run `make reader` again."
            )
        for name, buffer in network.named_buffers():  # positions and types are not weights
            if buffer.is_meta:
                owner, _, field = name.rpartition(".")
                value = (
                    torch.arange(buffer.shape[-1]).expand(buffer.shape)
                    if field == "position_ids"
                    else torch.zeros(buffer.shape)
                )
                network.get_submodule(owner)._buffers[field] = value.to(buffer.dtype)
        if wanted == torch.int8:
            from .int8 import to_int8

            # The promise is told from small differences between the states of this layer (docs/choices.md).
            to_int8(network.encoder, config["num_attention_heads"], exact={FIRST_LAYERS - 1})
        self._network = network.eval()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def look(
        self, question: str, texts: Sequence[str], titles: Sequence[str], hurry: float | None = None
    ) -> list[Look]:
        import torch
        from torch.nn.utils.rnn import pad_sequence

        from .reader_network import collate, lay_out

        windows = [(number, *window) for number, text in enumerate(texts) for window in _windows(text)]
        examples = lay_out(
            self._tokenizer,
            question,
            [w[1] for w in windows],
            [w[3] for w in windows],
            [titles[w[0]] for w in windows],
            MAX_TOKENS,
        )
        begun: dict[int, torch.Tensor] = {}
        promise: dict[int, float] = {}
        looks: dict[int, Look] = {}
        with torch.inference_mode():
            sizes = [len(e.input_ids) for e in examples]
            for rows in _batches(sizes, range(len(examples))):
                inputs = collate([examples[i] for i in rows])
                states = self._network.begin(inputs["input_ids"], inputs["type_ids"], inputs["mask"])
                told = self._network.promise(self._network.summary(states, inputs["type_ids"], inputs["mask"]))
                for row, i in enumerate(rows):
                    begun[i] = states[row, : len(examples[i].input_ids)]
                    promise[i] = float(told[row, 0]) - (hurry or 0.0) * windows[i][0]
            chosen = list(promise) if hurry is None else _most_promising(promise, sizes)
            for rows in _batches(sizes, chosen):
                inputs = collate([examples[i] for i in rows])
                states = pad_sequence([begun[i] for i in rows], batch_first=True)
                logits = self._network.finish(states, inputs["mask"], inputs["sentence_of"])
                for row, i in enumerate(rows):
                    looks[i] = _look_of(examples[i], windows[i][3], logits, row)
        read = list(looks.values())
        behind = min((look.relevance for look in read), default=0.0)
        lowest = min((x for look in read for x in (*look.evidence, *(w for _, w in look.words))), default=-10.0)
        for i in promise.keys() - looks.keys():
            spans = tuple(windows[i][3])
            low = (min(lowest, -10.0),) * len(spans)
            looks[i] = Look(min(promise[i], behind), spans, low, tuple(zip(spans, low, strict=True)), whole=False)
        parts: list[list[tuple[int, Look]]] = [[] for _ in texts]
        for i, window in enumerate(windows):
            parts[window[0]].append((window[2], looks[i]))
        return [_joined(p) for p in parts]


class _QuestionAnsweringModel:
    """An extractive question-answering model: its best span in a sentence is the sentence's evidence."""

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self._model = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(name, use_fast=True)

    def look(
        self, question: str, texts: Sequence[str], titles: Sequence[str], hurry: float | None = None
    ) -> list[Look]:
        import torch

        looks = []
        for text in texts:
            parts = []
            for window, offset, spans in _windows(text):
                encoded = self._tokenizer(
                    question,
                    window,
                    truncation="only_second",
                    max_length=MAX_TOKENS,
                    return_offsets_mapping=True,
                    return_tensors="pt",
                )
                offsets = [tuple(o) for o in encoded.pop("offset_mapping")[0].tolist()]
                own = [part == 1 for part in encoded.sequence_ids(0)]
                with torch.inference_mode():
                    output = self._model(**encoded)
                start, end = output.start_logits[0].float().numpy(), output.end_logits[0].float().numpy()
                null = float(start[0] + end[0])
                words = []
                for span in spans:
                    pieces = [
                        i for i, (s, e) in enumerate(offsets) if own[i] and e > s and s >= span[0] and e <= span[1]
                    ]
                    words.append(_words_in(span, offsets, start, end, pieces, null))
                evidence = tuple(x for _, x in words)
                parts.append((offset, Look(max(evidence, default=-10.0), tuple(spans), evidence, tuple(words))))
            looks.append(_joined(parts))
        return looks


class _CrossEncoderModel:
    """A sequence classifier over (question, text): one logit a text and one a sentence, no answering words."""

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self._model = AutoModelForSequenceClassification.from_pretrained(name).eval()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(name)

    def look(
        self, question: str, texts: Sequence[str], titles: Sequence[str], hurry: float | None = None
    ) -> list[Look]:
        looks = []
        for text in texts:
            parts = []
            for window, offset, spans in _windows(text):
                logits = self._logits(question, [window, *(window[s:e] for s, e in spans)])
                parts.append((offset, Look(logits[0], tuple(spans), tuple(logits[1:]), tuple((s, 0.0) for s in spans))))
            looks.append(_joined(parts))
        return looks

    def _logits(self, question: str, texts: Sequence[str]) -> list[float]:
        import torch

        encoded = self._tokenizer(
            [question] * len(texts),
            list(texts),
            truncation=True,
            max_length=MAX_TOKENS,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            logits = self._model(**encoded).logits.float()
        # One output is a score; of several, the last says "relevant".
        return [float(x) for x in (logits[:, -1] - logits[:, 0] if logits.shape[1] > 1 else logits[:, 0])]

"""Kinds of reader that can be put in by name or path: question-answering models and cross-encoders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .scores import MAX_TOKENS, NO_SCORE, TextScores, joined, windows, words_in


class QuestionAnsweringModel:
    """An extractive question-answering model: its best span in a sentence is the sentence's evidence."""

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self._model = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(name, use_fast=True)

    def score(
        self, question: str, texts: Sequence[str], titles: Sequence[str], place_penalty: float | None = None
    ) -> list[TextScores]:
        import torch

        scores = []
        for text in texts:
            parts = []
            for window, offset, spans in windows(text):
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
                    words.append(words_in(span, offsets, start, end, pieces, null))
                evidence = tuple(x for _, x in words)
                parts.append(
                    (offset, TextScores(max(evidence, default=NO_SCORE), tuple(spans), evidence, tuple(words)))
                )
            scores.append(joined(parts))
        return scores


class CrossEncoderModel:
    """A sequence classifier over (question, text): one logit a text and one a sentence, no answering words."""

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self._model = AutoModelForSequenceClassification.from_pretrained(name).eval()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(name)

    def score(
        self, question: str, texts: Sequence[str], titles: Sequence[str], place_penalty: float | None = None
    ) -> list[TextScores]:
        scores = []
        for text in texts:
            parts = []
            for window, offset, spans in windows(text):
                logits = self._logits(question, [window, *(window[s:e] for s, e in spans)])
                words = tuple((s, 0.0) for s in spans)
                parts.append((offset, TextScores(logits[0], tuple(spans), tuple(logits[1:]), words)))
            scores.append(joined(parts))
        return scores

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

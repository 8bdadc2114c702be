"""Questions with their paragraphs, as SQuAD has them: SQuAD 1.1 and 2.0, QED, PolicyQA, CLAP-NQ.

A line is `{"id", "set", "title", "context", "question", "answers": [{"text", "start"}, ...], "answerable"}`; the
answers of CLAP-NQ have no `start`. Sources: Rajpurkar et al. (2016, 2018), Lamm et al. (2021), Ahmad et al. (2020),
Rosenthal et al. (2025).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .shared import DATA

FOLDER = DATA / "reader"
TRAINING_FILES = ("squad-v1.1-part", "squad-v2.0-part", "qed-train", "policyqa-dev")
POLICY_QUESTIONS = 1500
"""At most so many of PolicyQA, whose questions are many for its few pages."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a paragraph. `answers` are texts with the character where each starts in `context`; `unplaced` are
    answers in other words than the paragraph's. Neither: the paragraph does not answer."""

    id: str
    set: str
    title: str
    context: str
    text: str
    answers: tuple[tuple[str, int], ...]
    unplaced: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.answers or self.unplaced)

    @property
    def answer_texts(self) -> list[str]:
        return [text for text, _ in self.answers] + list(self.unplaced)


def questions_of(file: Path) -> list[Question]:
    """All questions of a file, in its order. Raises OSError, and ValueError or KeyError for a line of another format."""
    questions = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answers = row["answers"] if row["answerable"] else []
        questions.append(
            Question(
                row["id"],
                row["set"],
                row["title"],
                row["context"],
                row["question"],
                tuple((a["text"], a["start"]) for a in answers if a.get("start") is not None),
                tuple(a["text"] for a in answers if a.get("start") is None),
            )
        )
    return questions


def training_questions(folder: Path = FOLDER) -> list[Question]:
    """The questions that the reader is trained and tried on, each once. Raises OSError when a file is missing."""
    seen: dict[str, Question] = {}
    for name in TRAINING_FILES:
        policies = 0
        for question in questions_of(folder / f"{name}.jsonl"):
            if question.id in seen or question.unplaced:
                continue
            policies += question.set == "policyqa"
            if policies > POLICY_QUESTIONS:
                break
            seen[question.id] = question
    return list(seen.values())

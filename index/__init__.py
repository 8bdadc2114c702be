"""Newsdesk's index: documents in, passages out. Nothing heavy is imported until it is used.

from index import Retriever, sync
sync(["reports/"], "my-index")
for hit in Retriever.open("my-index").search("Who signed the treaty?", k=5):
    print(hit.score, hit.passage.title, hit.passage.text)
"""

from .documents import Document, Hit, Passage
from .errors import (
    CorpusError,
    IndexMismatch,
    IndexMissing,
    ModelError,
    NewsdeskError,
    ReaderError,
    SourceError,
    UnknownDocument,
)
from .formats.registry import Failure
from .reading.reader import Reader
from .reading.scores import AnswerSpan, Ranking, Reading
from .search import IndexFacts, Retriever
from .sync import SyncReport, sync

__all__ = [
    "AnswerSpan",
    "CorpusError",
    "Document",
    "Failure",
    "Hit",
    "IndexFacts",
    "IndexMismatch",
    "IndexMissing",
    "ModelError",
    "NewsdeskError",
    "Passage",
    "Ranking",
    "Reader",
    "ReaderError",
    "Reading",
    "Retriever",
    "SourceError",
    "SyncReport",
    "UnknownDocument",
    "sync",
]

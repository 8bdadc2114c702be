"""Newsdesk's index: documents in, passages out. Nothing heavy is imported until it is used.

from index import Retriever, sync
sync(["reports/"], "my-index")
for hit in Retriever.open("my-index").search("Who signed the treaty?", k=5):
    print(hit.score, hit.passage.title, hit.passage.text)
"""

from .documents import Document, Failure, Hit, Passage
from .errors import (
    CorpusError,
    IndexMismatch,
    IndexMissing,
    ModelError,
    ReaderError,
    SourceError,
    UnknownDocument,
)
from .reading.reader import AnswerSpan, Reader, Reading
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
    "Passage",
    "Reader",
    "ReaderError",
    "Reading",
    "Retriever",
    "SourceError",
    "SyncReport",
    "UnknownDocument",
    "sync",
]

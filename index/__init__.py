"""Newsdesk's index: documents in, passages out. Nothing heavy is imported until it is used.

from index import Retriever, sync
sync(["reports/"], "my-index")
for hit in Retriever.open("my-index").search("Who signed the treaty?", k=5):
    print(hit.score, hit.passage.title, hit.passage.text)
"""

from .documents import Document, Failure, Hit, Passage
from .errors import (
    CorpusError,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    ModelError,
    NewsdeskError,
    ReaderError,
    RemovalsToConfirm,
    SourceError,
    UnknownDocument,
)
from .filters import Filters
from .plan import SyncReport
from .reading.reader import Reader
from .reading.scores import AnswerSpan, Ranking, Reading
from .search import IndexFacts, Listing, Retriever
from .store.catalogue import Source
from .sync import remove, sync
from .transfer import export_index, import_index
from .verify import Finding, verify_index

__all__ = [
    "AnswerSpan",
    "CorpusError",
    "Document",
    "Failure",
    "Filters",
    "Finding",
    "Hit",
    "IndexBusy",
    "IndexDamaged",
    "IndexFacts",
    "IndexMismatch",
    "IndexMissing",
    "Listing",
    "ModelError",
    "NewsdeskError",
    "Passage",
    "Ranking",
    "Reader",
    "ReaderError",
    "Reading",
    "RemovalsToConfirm",
    "Retriever",
    "Source",
    "SourceError",
    "SyncReport",
    "UnknownDocument",
    "export_index",
    "import_index",
    "remove",
    "sync",
    "verify_index",
]

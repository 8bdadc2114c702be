"""What can go wrong in the index, each with what to do about it.

CorpusError
├── IndexMissing      no index at the path: ingest something first
├── IndexMismatch     built with another embedding model or by a newer version
├── ModelError        an embedding model cannot be loaded or is not the published one
├── ReaderError       a reader cannot be loaded
├── SourceError       a source cannot be read (the rest goes on)
└── UnknownDocument   no document with that id
"""


class CorpusError(Exception):
    """Root of everything the index raises on purpose; the message says what to do."""


class IndexMissing(CorpusError):
    """There is no index at the given path."""


class IndexMismatch(CorpusError):
    """The index was built with another embedding model or by another version."""


class ModelError(CorpusError):
    """An embedding model cannot be loaded, or its weights are not the published ones."""


class ReaderError(CorpusError):
    """A reader cannot be loaded."""


class SourceError(CorpusError):
    """A source cannot be read; the message is the reason shown to the user."""


class UnknownDocument(CorpusError):
    """No document has the given id."""

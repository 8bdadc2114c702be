"""What can go wrong, each with what to do about it. Everything raised on purpose has one root.

NewsdeskError
├── CorpusError           the index: below
├── AnswerError           answering (`qa.errors`)
└── BadSetting            a setting has a value that cannot be used (`qa.errors`)

CorpusError
├── IndexMissing      no index at the path: ingest something first
├── IndexMismatch     built with another embedding model or by another version
├── IndexBusy         another process is writing
├── IndexDamaged      the index cannot be read, and says what to do
├── RemovalsToConfirm a source has lost so much that it may only be unmounted or mistyped
├── ModelError        an embedding model cannot be loaded or is not the published one
├── ReaderError       a reader cannot be loaded
├── SourceError       a source cannot be read (the rest goes on)
└── UnknownDocument   no document with that id
"""


class NewsdeskError(Exception):
    """Root of everything that Newsdesk raises on purpose; the message says what to do."""


class CorpusError(NewsdeskError):
    """Root of everything the index raises on purpose."""


class IndexMissing(CorpusError):
    """There is no index at the given path."""


class IndexMismatch(CorpusError):
    """The index was built with another embedding model or by another version."""


class IndexBusy(CorpusError):
    """Another process is writing to the index."""


class IndexDamaged(CorpusError):
    """The database of the index cannot be read or written."""


class RemovalsToConfirm(CorpusError):
    """A sync would remove so much of a source that it asks first; nothing was changed."""


class ModelError(CorpusError):
    """An embedding model cannot be loaded, or its weights are not the published ones."""


class ReaderError(CorpusError):
    """A reader cannot be loaded."""


class SourceError(CorpusError):
    """A source cannot be read; the message is the reason shown to the user."""


class UnknownDocument(CorpusError):
    """No document has the given id."""

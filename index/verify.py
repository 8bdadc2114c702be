"""Every invariant of an index, checked, and mended where the truth says how.

What can be made again from the rest is: words from the texts, vectors from the passages, counts from the tables, the
projection from the vectors. A text that is not the one that was stored cannot be: its file is read again at the next
sync.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import CorpusError
from .models.embedding import Embedder
from .store.catalogue import STORED, Catalogue, packed
from .store.folder import check_folder
from .store.register import text_fingerprint
from .store.server import open_on_server
from .store.vectors import Builder, OpenProjection, ProjectionUnusable, projected, tidy
from .store.writing import Writer
from .sync import writing

_UNIT = 0.01
"""How far the length of a stored vector may be from 1: half floats are exact to a thousandth."""
_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """What was wrong, and what was done about it."""

    problem: str
    repair: str


def verify_index(index: str | Path, *, wait: float = 0.0) -> list[Finding]:
    """Checks all of an index and mends what it can; nothing found means that all holds. Raises IndexMissing, IndexBusy,
    and IndexDamaged when the database itself is damaged."""
    check_folder(Path(index))
    with writing(Path(index), wait) as writer:
        writer.check_format()
        writer.check_database()
        findings = [f for check in _CHECKS for f in check(writer)]
        findings += _projection(writer)
        return findings


def _texts(writer: Writer) -> Iterator[Finding]:
    """Texts are those that were stored, and passages lie inside them, in order."""
    damaged = [
        document_id
        for document_id, text, characters, fingerprint in writer.rows(
            "SELECT id, text, characters, text_fingerprint FROM documents ORDER BY number"
        )
        if len(text) != characters or text_fingerprint(text) != fingerprint
    ]
    if damaged:
        writer.forget_states(damaged)
        yield Finding(
            f"{len(damaged)} documents have another text than was stored: {', '.join(damaged[:5])}",
            "run `newsdesk ingest` on their source: they are read again",
        )
    outside = writer.rows(
        "SELECT DISTINCT d.id FROM passages p JOIN documents d ON d.number = p.document "
        "WHERE p.start < 0 OR p.start >= p.stop OR p.stop > d.characters UNION "
        "SELECT DISTINCT d.id FROM passages a JOIN passages b ON b.document = a.document AND b.number > a.number "
        "AND b.start < a.stop JOIN documents d ON d.number = a.document"
    )
    ids = [row[0] for row in outside]
    if ids:
        writer.forget_states(ids)
        yield Finding(
            f"passages of {len(ids)} documents do not lie in their text one after the other: {', '.join(ids[:5])}",
            "run `newsdesk ingest` on their source: they are read again",
        )


def _owners(writer: Writer) -> Iterator[Finding]:
    """Nothing is left of what is gone."""
    for what, condition in (
        ("contents", "NOT EXISTS (SELECT 1 FROM files f WHERE f.content = contents.number)"),
        ("former_ids", "NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = former_ids.now)"),
        ("vectors", "NOT EXISTS (SELECT 1 FROM passages p WHERE p.number = vectors.passage)"),
        ("times", "NOT EXISTS (SELECT 1 FROM passages p WHERE p.number = times.passage)"),
    ):
        left = writer.rows(f"SELECT COUNT(*) FROM {what} WHERE {condition}")[0][0]
        if left:
            if what == "contents":
                writer.drop_contents_without_files()
            else:
                writer.delete(what, condition)
            yield Finding(f"{left} {what.replace('_', ' ')} belong to nothing", "removed")


def _vectors(writer: Writer) -> Iterator[Finding]:
    """Every passage has a unit vector of the right length."""
    dimension = int(writer.state.fact("dimension"))
    wrong = [n for (n,) in writer.rows("SELECT number FROM passages WHERE number NOT IN (SELECT passage FROM vectors)")]
    seen = 0
    while rows := writer.rows(
        "SELECT passage, vector FROM vectors WHERE passage > ? ORDER BY passage LIMIT ?", (seen, _PAGE)
    ):
        seen = rows[-1][0]
        right_size = [(n, v) for n, v in rows if len(v) == STORED.itemsize * dimension]
        wrong += [n for n, v in rows if len(v) != STORED.itemsize * dimension]
        if right_size:
            matrix = np.frombuffer(b"".join(v for _, v in right_size), STORED).reshape(-1, dimension).astype(np.float32)
            lengths = np.linalg.norm(matrix, axis=1)
            bad = ~(np.abs(lengths - 1) < _UNIT)  # not-a-number is bad too
            wrong += [right_size[i][0] for i in np.flatnonzero(bad)]
    if wrong:
        embedder = Embedder.open(str(writer.state.fact("embedding_model")))
        for begin in range(0, len(wrong), _PAGE):
            passages = writer.state.passages(wrong[begin : begin + _PAGE])
            vectors = embedder.encode([p.searchable for p in passages.values()])
            writer.put_vectors([(n, packed(v)) for n, v in zip(passages, vectors, strict=True)])
        writer.forget_projection()
        yield Finding(f"{len(wrong)} passages had no usable vector", "embedded again")


def _words(writer: Writer) -> Iterator[Finding]:
    """The word index is that of the texts."""
    if not writer.words_are_whole():
        writer.rebuild_words()
        yield Finding("the word index did not match the texts", "made again from the texts")


def _counts(writer: Writer) -> Iterator[Finding]:
    wrong = writer.recount()
    if wrong:
        yield Finding(f"the counts of {', '.join(wrong)} were wrong", "counted again")


_CHECKS = (_texts, _owners, _vectors, _words, _counts)


def _projection(writer: Writer) -> list[Finding]:
    """The published projection holds what the truth had when it was published, and nothing else."""
    catalogue = Catalogue(writer.index)
    findings: list[Finding] = []
    try:
        with catalogue.snapshot() as state:
            published, passages = state.projection, state.counts().passages
            problem = "" if published is not None or not passages else "there was no vector index"
            try:
                opened = (
                    open_on_server(published, state)
                    if published is not None and published.on_server
                    else OpenProjection.open(writer.index, state, every_file=True)
                )
                if opened is not None:
                    try:
                        opened.check_all(projected(state))
                    finally:
                        opened.close()
            except ProjectionUnusable as error:
                problem = str(error)
        if problem:
            builder = Builder.begin(writer.index, catalogue, from_nothing=True)
            try:
                builder.follow()
                builder.publish(writer)
            except BaseException:
                builder.abandon()
                raise
            findings.append(
                Finding(problem.split(": run `newsdesk verify-index`")[0], "made again from the stored vectors")
            )
        tidy(writer.index, projection.name if (projection := writer.state.projection) is not None else None)
    except OSError as error:
        raise CorpusError(f"The vector index could not be written: {error.strerror or error}.") from error
    finally:
        catalogue.close()
    return findings

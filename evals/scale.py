"""How an index behaves as it grows: `python -m evals.scale --stories FILE --passages 10000 100000`.

Builds indexes of so many passages, one after the other: as many stories of a JSONL file as are needed, as they are, then
the same again with words exchanged for others of the corpus and vectors turned by as much as a rewritten passage's turn,
until there are enough. Everything but the embedding is the product's own: the writer, the projection, the search. Prints, and with
`--plot FILE.svg` draws, what building and searching cost at each size.

Only the embedding of the first stories is real; the turned vectors lie about as near to each other as passages on the
same subject do, which is what makes an approximate search hard.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index import Document, Filters, Passage, Retriever, sync
from index.chunking import passages
from index.models.embedding import PACKAGED_MODEL, Embedder
from index.plan import document_fingerprint
from index.sources.folders import FileState
from index.store.catalogue import Catalogue, exact_nearest
from index.store.folder import database_path
from index.store.following import Follower
from index.store.nearest import NearestPassages
from index.store.register import text_fingerprint
from index.store.writing import PutDocument, PutFile
from index.sync import writing

from .loaders.stories import stories_of
from .statistics import percentile

QUERIES = (
    "Who signed the agreement?", "How many people were killed in the flood?", "When will the bridge be rebuilt?",
    "Why did the central bank raise its rate?", "What did the minister say about the talks?",
    "How much did the repair cost?", "Where did the presidents meet?", "Which company recalled its cars?",
    "What was agreed about the ceasefire?", "Who won the prize for literature?", "What did the trade ministry announce?",
    "How much oil was produced in March?", "Which bank reported a loss?", "What is the dividend of the company?",
    "Who was named chief executive?", "How many shares were offered?", "What did Japan say about the dollar?",
    "When does the merger take effect?", "Why did wheat prices fall?", "What did analysts expect of the earnings?",
)  # fmt: skip
EXCHANGED = 0.2
"""Share of the words of a repeated passage that are exchanged."""
TURNED = 0.5
"""Length of the random part added to a repeated passage's unit vector: it keeps a cosine of about 0.9 to the first one."""
NEIGHBOURS = 10
THREADS = (1, 8, 32)
SECONDS = 6.0
"""For so long each number of callers searches."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size cost. Times in milliseconds unless they say otherwise, sizes in megabytes."""

    passages: int
    documents: int
    build_rate: float
    """Passages a second, without embedding."""
    disk: float
    database: float
    build_memory: float
    open_and_first_search: float
    search_memory: float
    latency: dict[str, tuple[float, float]]
    """p50 and p95 of a search with its embedding, without reranking, by the number of threads, and filtered."""
    recall: float
    """recall@10 of the vector search against comparing with every vector."""
    edit: float
    """Seconds from changing one file to the end of its sync."""


BATCH = 200
"""Documents committed together."""
YEARS = range(1987, 2025)
NARROW = Filters(since=date(2001, 3, 1), until=date(2001, 3, 31), authors=("reuters",))
"""Selects about one document in 450."""


class Texts:
    """Documents without end, each with its passages and their unit vectors: the real ones, then perturbed ones.

    Of the real ones only as many are read as hold `wanted` passages."""

    def __init__(self, rows: Sequence[dict[str, Any]], wanted: int, seed: int = 1) -> None:
        self._random, self._numpy = random.Random(seed), np.random.default_rng(seed)
        documents: list[Document] = []
        cut: list[tuple[Passage, ...]] = []
        held = 0
        for row in rows:
            if held >= wanted:
                break
            documents.append(Document(f"story-{len(documents)}", row["text"], row.get("title", ""), "wire"))
            cut.append(tuple(passages(documents[-1])))
            held += len(cut[-1])
        vectors = Embedder.open().encode([p.searchable for ps in cut for p in ps])
        ends = np.cumsum([len(ps) for ps in cut])
        self._real = list(zip(documents, cut, np.split(vectors, ends[:-1]), strict=True))
        self._words = sorted({w for d in documents for w in d.text.split() if w.isalpha()})

    def steps(self, content: int) -> Iterator[PutDocument]:
        """Documents of one content, dated and signed."""
        number = 0
        while True:
            for document, cut, vectors in self._real:
                day = datetime(YEARS[number % len(YEARS)], 1 + number // 7 % 12, 1 + number % 28)
                author = "Jane Doe, Reuters" if number % 3 else "Kim Lee"
                dated = replace(document, id=f"story-{number}", published=day, author=author)
                if number >= len(self._real):
                    dated, vectors = replace(dated, text=self._perturbed(dated.text)), self._turned(vectors)
                # Every offset stays where it was, so that nothing needs to be cut again.
                passages_ = tuple(
                    replace(p, document_id=dated.id, text=dated.text[p.start : p.end], published=day) for p in cut
                )
                fingerprints = document_fingerprint(dated), text_fingerprint(dated.text)
                yield PutDocument(content, dated, *fingerprints, passages_, vectors)
                number += 1

    def _perturbed(self, text: str) -> str:
        """Some words exchanged for others of the corpus, cut or filled up to the same length."""
        parts = text.split(" ")
        for n, word in enumerate(parts):
            if word.isalpha() and self._random.random() < EXCHANGED:
                parts[n] = self._random.choice(self._words)[: len(word)].ljust(len(word), "s")
        return " ".join(parts)

    def _turned(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        noise = self._numpy.standard_normal(vectors.shape).astype(np.float32)
        turned = vectors + TURNED * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), dtype=np.float32)


def build(stories: Path, wanted: int, folder: Path) -> dict[str, float]:
    """Makes an index of at least `wanted` passages in `folder / "index"`."""
    texts = Texts(stories_of(stories), wanted)
    source, index = folder / "source", folder / "index"
    source.mkdir(parents=True)
    (source / "note.txt").write_text("A note on the harbour of Sarrow.")
    sync([source], index)
    held, begun = 0, time.perf_counter()
    with writing(index) as writer:
        follower = Follower(writer)
        number = writer.put_source(b"/made", "file")
        file, content = writer.register.next_numbers()
        entry = PutFile(file, number, b"made", FileState(1, 1, 1), 0, content, None, complete=False)
        writer.carry_out([entry])
        batch: list[PutDocument] = []
        for step in texts.steps(content):
            batch.append(step)
            held += len(step.passages)
            if len(batch) == BATCH or held >= wanted:
                writer.carry_out(batch)
                follower.follow()
                batch = []
                print(f"\r{held} of {wanted} passages", end="", file=sys.stderr)
            if held >= wanted:
                break
        writer.carry_out([replace(entry, complete=True, fingerprint="made")])
        follower.bring_up_to_date()
        follower.close()
    seconds = time.perf_counter() - begun
    disk = sum(f.stat().st_size for f in index.rglob("*") if f.is_file())
    return {
        "passages": held,
        "build_rate": held / seconds,
        "disk": disk / 1e6,
        "database": database_path(index).stat().st_size / 1e6,
        "build_memory": _peak_memory(),
    }


def search(folder: Path) -> dict[str, Any]:
    """What opening and searching the index of `folder` costs, in a process of its own."""
    index = folder / "index"
    Embedder.open().encode(["warm"])
    begun = time.perf_counter()
    retriever = Retriever.open(index, reader=None)
    retriever.search(QUERIES[0], rerank=False)
    opened = time.perf_counter() - begun
    latency = {f"{n} threads": _latency(lambda q: retriever.search(q, rerank=False), n) for n in THREADS}
    latency["filtered"] = _latency(lambda q: retriever.search(q, rerank=False, filters=NARROW), 1)
    memory = _peak_memory()
    held = retriever.counts().documents
    retriever.close()
    return {
        "documents": held,
        "open_and_first_search": opened,
        "search_memory": memory,
        "latency": latency,
        "recall": recall(index),
        "edit": edit(folder),
    }


def _latency(action: Callable[[str], object], threads: int) -> tuple[float, float]:
    """p50 and p95 in milliseconds, of as many callers at once."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    def caller(first: int) -> None:
        n = first
        while time.perf_counter() < end:
            begun = time.perf_counter()
            action(QUERIES[n % len(QUERIES)])
            times.append((time.perf_counter() - begun) * 1000)
            n += 1

    callers = [threading.Thread(target=caller, args=(n,)) for n in range(threads)]
    for thread in callers:
        thread.start()
    for thread in callers:
        thread.join()
    return percentile(times, 0.5), percentile(times, 0.95)


def recall(index: Path) -> float:
    """recall@10 of the vector search, over the queries, against comparing with every vector."""
    catalogue = Catalogue(index)
    nearest = NearestPassages(index, catalogue)
    vectors = Embedder.open().encode(QUERIES)
    shares = []
    with catalogue.snapshot() as state:
        exact: list[list[tuple[int, float]]] = [[] for _ in QUERIES]
        seen = 0
        while True:
            numbers, held = state.vectors_after(seen, 50_000)
            if not len(numbers):
                break
            seen = int(numbers[-1])
            for n, vector in enumerate(vectors):
                exact[n] = sorted([*exact[n], *exact_nearest(vector, numbers, held, NEIGHBOURS)], key=lambda h: -h[1])
                exact[n] = exact[n][:NEIGHBOURS]
        for vector, best in zip(vectors, exact, strict=True):
            # What is as near as the tenth is as good as the tenth.
            found = [score for _, score in nearest.nearest(state, vector, NEIGHBOURS)]
            shares.append(sum(score >= best[-1][1] - 1e-4 for score in found) / NEIGHBOURS)
    nearest.close()
    catalogue.close()
    return sum(shares) / len(shares)


def edit(folder: Path) -> float:
    """Seconds to take in one small file that was changed, beside all that is there."""
    note = folder / "source" / "note.txt"
    note.write_text(note.read_text() + " It was closed again.")
    begun = time.perf_counter()
    sync([folder / "source"], folder / "index")
    return time.perf_counter() - begun


def _peak_memory() -> float:
    """Megabytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(stories: Path, wanted: int, folder: Path) -> Measured:
    """Builds and searches in processes of their own, so that the memory of each is its own."""
    facts: dict[str, Any] = {}
    for part in ("build", "search"):
        command = [
            sys.executable,
            "-m",
            "evals.scale",
            "--stories",
            str(stories),
            "--part",
            part,
            "--folder",
            str(folder),
        ]
        done = subprocess.run([*command, "--passages", str(wanted)], stdout=subprocess.PIPE, text=True, check=True)
        facts |= json.loads(done.stdout)
    facts["latency"] = {name: tuple(value) for name, value in facts["latency"].items()}
    return Measured(**facts)


def as_table(rows: Sequence[Measured]) -> str:
    lines = [
        "| passages | built, a second | disk, MB (database) | memory, MB: build / search | open and first search, s | "
        + " | ".join(f"{name}: p50 / p95, ms" for name in rows[0].latency)
        + " | recall@10 | edit, s |"
    ]
    lines.append("|" + "---|" * (lines[0].count("|") - 1))
    lines += [
        f"| {r.passages} | {r.build_rate:.0f} | {r.disk:.0f} ({r.database:.0f}) | {r.build_memory:.0f} / "
        f"{r.search_memory:.0f} | {r.open_and_first_search:.2f} | "
        + " | ".join(f"{p50:.0f} / {p95:.0f}" for p50, p95 in r.latency.values())
        + f" | {r.recall:.3f} | {r.edit:.2f} |"
        for r in rows
    ]
    return "\n".join(lines)


def plot(rows: Sequence[Measured], file: Path) -> None:
    """Latency, memory and disk against passages, on logarithmic scales."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    sizes = [r.passages for r in rows]
    for name in rows[0].latency:
        left.plot(sizes, [r.latency[name][1] for r in rows], marker="o", label=f"search, p95, {name}")
    left.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds")
    right.plot(sizes, [r.disk for r in rows], marker="o", label="disk")
    right.plot(sizes, [r.build_memory for r in rows], marker="o", label="memory while building")
    right.plot(sizes, [r.search_memory for r in rows], marker="o", label="memory while searching")
    right.set(xscale="log", yscale="log", xlabel="passages", ylabel="megabytes")
    for axes in (left, right):
        axes.legend()
        axes.grid(alpha=0.3)
    figure.savefig(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stories", type=Path, required=True, help="a JSONL file, .gz too, with text and title")
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="where the indexes are made (default: a temporary folder)")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="an .svg or .png file (needs matplotlib)")
    parser.add_argument("--part", choices=("build", "search"), help="one part of one size, printed as JSON")
    options = parser.parse_args()
    if options.part == "build":
        print(json.dumps(build(options.stories, options.passages[0], options.folder)))
    elif options.part == "search":
        print(json.dumps(search(options.folder)))
    else:
        with tempfile.TemporaryDirectory() as made:
            root = options.folder or Path(made)
            rows = []
            for wanted in options.passages:
                rows.append(measured(options.stories, wanted, root / str(wanted)))
                print(json.dumps(asdict(rows[-1])), file=sys.stderr)
        print(f"embedding model {PACKAGED_MODEL}; searches by meaning and words, with their embedding, not reranked")
        print(as_table(rows))
        if options.plot:
            plot(rows, options.plot)


if __name__ == "__main__":
    main()

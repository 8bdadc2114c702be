"""Speed, against a plain LlamaIndex and Chroma pipeline with the same model: `make bench`.

Both pipelines take in the same stories in one run, in turns, each in a process of its own, and answer the same queries:
as a user gets them, and with idle threads told to sleep. The plain one is `VectorStoreIndex.from_documents` with
LlamaIndex's Hugging Face embedding and a Chroma folder, everything at its default. Then what the processor reached at most
in the products of the model and our share of it, and an answer in a quiet minute and beside a busy process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import Document, Retriever, sync
from index.chunking import passages
from index.models.embedding import Embedder, packaged_model_path, spent
from index.models.hardware import hardware, numbers_for
from qa import Answerer

from .cases import CORPORA
from .loaders.stories import stories_of
from .statistics import percentile

COPIES = 8
WAITING = ("as a user gets them", "with idle threads told to sleep")
"""The two ways to run: with the environment as it is, and with OMP_WAIT_POLICY=PASSIVE."""
MINILM_OPERATIONS = 6 * 2 * (4 * 384 * 384 + 2 * 384 * 1536)
"""Multiplications and additions with weights that all-MiniLM-L6-v2 does for a word piece."""
QUERIES = (
    "Who signed the agreement?", "How many people were killed in the flood?", "When will the bridge be rebuilt?",
    "Why did the central bank raise its rate?", "What did the minister say about the talks?",
    "How much did the repair cost?", "Where did the presidents meet?", "Which company recalled its cars?",
    "What was agreed about the ceasefire?", "Who won the prize for literature?",
)  # fmt: skip


def stories(file: Path | None, limit: int) -> list[dict[str, Any]]:
    """Records with `text` and `title`: of a (gzipped) JSONL file, or the sample corpora, `COPIES` times, numbered."""
    if file is not None:
        return stories_of(file, limit)
    with tempfile.TemporaryDirectory() as folder:
        sync(list(CORPORA.values()), Path(folder) / "index")
        retriever = Retriever.open(Path(folder) / "index", reader=None)
        documents = retriever.documents()
        retriever.close()
    return [
        {"id": f"{d.id}-{n}", "title": d.title, "text": f"{d.text}\nCopy {n}."}
        for n in range(COPIES)
        for d in documents
    ][:limit]


def take_in(pipeline: str, rows: Sequence[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Takes the stories in and answers the queries, in this process; what it cost."""
    if pipeline == "ours":
        Embedder.open().encode(["warm up"])
        spent.seconds = 0.0
        seconds, search = timed(lambda: ours_in(rows, folder))
    else:
        model = plain_model()
        seconds, search = timed(lambda: plain_in(rows, folder, model))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    embedding = spent.seconds
    latency = [timed(lambda query=query: search(query))[0] * 1000 for _ in range(4) for query in QUERIES]  # type: ignore[misc]
    return {"seconds": seconds, "memory": memory, "embedding": embedding, "query": latency[len(QUERIES) :]}


def ours_in(rows: Sequence[dict[str, Any]], folder: Path) -> Callable[[str], object]:
    """Takes the stories in; returns a search."""
    source = folder / "stories.jsonl"
    source.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    sync([source], folder / "index")
    retriever = Retriever.open(folder / "index")
    return lambda query: retriever.search(query, k=5, rerank=False)


def plain_model() -> Any:
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    model = HuggingFaceEmbedding(model_name=str(packaged_model_path()), device="cpu")
    model.get_text_embedding("warm up")
    return model


def plain_in(rows: Sequence[dict[str, Any]], folder: Path, model: Any) -> Callable[[str], object]:
    """The same with LlamaIndex, Chroma and their defaults."""
    import chromadb
    from llama_index.core import Document as PlainDocument
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    collection = chromadb.PersistentClient(path=str(folder / "plain")).create_collection("plain")
    store = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    documents = [PlainDocument(text=r["text"], metadata={"title": r.get("title", "")}) for r in rows]
    built = VectorStoreIndex.from_documents(documents, storage_context=store, embed_model=model)
    searcher = built.as_retriever(similarity_top_k=5)
    return lambda query: searcher.retrieve(query)


def answering(index: Path) -> dict[str, list[float]]:
    """Milliseconds of quoted answers with nothing else running, and beside one process that never rests."""
    answerer = Answerer(Retriever.open(index))
    answerer.answer("Is this warm?")

    def times(mark: str) -> list[float]:
        asked = [query.replace("?", f" {mark}{n}?") for n in range(2) for query in QUERIES]
        return [timed(lambda question=question: answerer.answer(question))[0] * 1000 for question in asked]  # type: ignore[misc]

    times("first")
    quiet = times("quiet")
    with busy():
        return {"quiet": quiet, "busy": times("busy")}


@contextmanager
def busy() -> Iterator[None]:
    """One process that never rests, for as long as the block lasts."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def word_pieces(rows: Sequence[dict[str, Any]]) -> int:
    """Word pieces that embedding the stories' passages reckons with."""
    encoder = Embedder.open().encoder
    cut = (p for r in rows for p in passages(Document("", r["text"], r.get("title", ""))))
    return sum(len(encoder.places(p.searchable)) + 2 for p in cut)


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = action()
    return time.perf_counter() - begun, result


def in_a_process(waiting: str, *arguments: object) -> dict[str, Any]:
    """What a part prints, run in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"}
    if waiting == WAITING[1]:
        environment["OMP_WAIT_POLICY"] = "PASSIVE"
    command = [sys.executable, "-m", "evals.bench", *map(str, arguments)]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True, env=environment
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--stories", type=Path, help="a JSONL file, .gz too (default: the sample corpora, several times)"
    )
    parser.add_argument("--limit", type=int, default=600, help="stories (default: 600; 0: all)")
    parser.add_argument("--rounds", type=int, default=2, help="times each pipeline takes them in (default: 2)")
    parser.add_argument("--part", choices=("plain", "ours", "answers"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part == "answers":
        print(json.dumps(answering(options.folder)))
        return
    rows = stories(options.stories, options.limit or 1_000_000)
    if options.part:
        print(json.dumps(take_in(options.part, rows, options.folder)))
        return
    report(rows, options.stories, options.limit, options.rounds)


def report(rows: Sequence[dict[str, Any]], file: Path | None, limit: int, rounds: int) -> None:
    """Runs everything, in turns, and prints it."""
    characters = sum(len(r["text"]) for r in rows)
    given = ["--limit", limit, *(["--stories", file] if file else [])]
    results: dict[tuple[str, str], list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as root:
        for n in range(rounds):
            for waiting in WAITING:
                for part in ("plain", "ours"):
                    folder = Path(root) / f"{part}-{WAITING.index(waiting)}-{n}"
                    folder.mkdir()
                    found = in_a_process(waiting, "--part", part, "--folder", folder, *given)
                    results.setdefault((part, waiting), []).append(found)
        print(f"{len(rows)} stories, {characters} characters, best of {rounds} rounds each")
        for waiting in WAITING:
            ours, plain = (min(results[part, waiting], key=lambda r: r["seconds"]) for part in ("ours", "plain"))
            rates = characters / ours["seconds"], characters / plain["seconds"]
            print(
                f"ingestion {waiting}: {rates[0]:.0f} characters/s, plain LlamaIndex + Chroma {rates[1]:.0f}: "
                f"{rates[0] / rates[1]:.1f} times as fast; peak memory {ours['memory']:.0f} and {plain['memory']:.0f} MB"
            )
            queries = percentile(ours["query"], 0.5), percentile(plain["query"], 0.5)
            print(
                f"  a search by meaning and words {queries[0]:.1f} ms (p50), plain, by meaning alone, {queries[1]:.1f} ms: "
                f"{queries[1] / queries[0]:.2f} times as fast"
            )
        best = min(results["ours", WAITING[1]], key=lambda r: r["seconds"])
        kind, peaks = numbers_for("embedding"), hardware(again=True).gflops
        reached = MINILM_OPERATIONS * word_pieces(rows) / best["embedding"] / 1e9
        print(f"embedding is {best['embedding'] / best['seconds']:.0%} of the wall time, in {kind}")
        print(
            "the model's widest product, alone, in billions of operations a second: "
            + ", ".join(f"{name} {speed:.0f}" for name, speed in peaks.items())
            + f"; while embedding {reached:.0f}, {reached / peaks[kind]:.0%} of {kind}"
        )
        for waiting in WAITING:
            times = in_a_process(waiting, "--part", "answers", "--folder", Path(root) / "ours-0-0" / "index")
            quiet, beside = percentile(times["quiet"], 0.5), percentile(times["busy"], 0.5)
            print(
                f"quoted answer {waiting}: p50 {quiet:.0f} ms, p95 {percentile(times['quiet'], 0.95):.0f}; beside one busy "
                f"process p50 {beside:.0f} ms, {beside / quiet:.1f} times"
            )


if __name__ == "__main__":
    main()

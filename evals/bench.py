"""Speed, against a plain LlamaIndex and Chroma pipeline with the same model: `make bench`.

Both pipelines take in the same stories in one run, alternating, and answer the same queries. The
plain one is `VectorStoreIndex.from_documents` with LlamaIndex's Hugging Face embedding and a Chroma
folder, everything at its default. Figures are ratios of that run, with the milliseconds beside them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from index import Reader, Retriever, sync
from index.models.embedding import Embedder, packaged_model_path
from qa import Answerer

from .cases import CORPORA
from .loaders.stories import stories_of
from .statistics import percentile

COPIES = 8
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


def ours_in(rows: Sequence[dict[str, Any]], folder: Path) -> Callable[[str], object]:
    """Takes the stories in; returns a search."""
    source = folder / "stories.jsonl"
    source.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    sync([source], folder / "index")
    retriever = Retriever.open(folder / "index")
    return lambda query: retriever.search(query, k=5, rerank=False)


def plain_in(rows: Sequence[dict[str, Any]], folder: Path) -> Callable[[str], object]:
    """The same with LlamaIndex, Chroma and their defaults."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    model = HuggingFaceEmbedding(model_name=str(packaged_model_path()), device="cpu")
    collection = chromadb.PersistentClient(path=str(folder / "plain")).create_collection("plain")
    store = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    documents = [Document(text=r["text"], metadata={"title": r.get("title", "")}) for r in rows]
    built = VectorStoreIndex.from_documents(documents, storage_context=store, embed_model=model)
    found = built.as_retriever(similarity_top_k=5)
    return lambda query: found.retrieve(query)


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = action()
    return time.perf_counter() - begun, result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--stories", type=Path, help="a JSONL file, .gz too (default: the sample corpora, several times)"
    )
    parser.add_argument("--limit", type=int, default=600, help="stories (default: 600)")
    parser.add_argument("--rounds", type=int, default=2, help="times each pipeline takes them in (default: 2)")
    options = parser.parse_args()
    rows = stories(options.stories, options.limit)
    characters = sum(len(r["text"]) for r in rows)
    Embedder.open().encode(["warm up"])
    times: dict[str, list[float]] = {"plain": [], "ours": []}
    with tempfile.TemporaryDirectory() as root:
        searches: dict[str, Callable[[str], object]] = {}
        for n in range(options.rounds):
            for name, take_in in (("plain", plain_in), ("ours", ours_in)):
                folder = Path(root) / f"{name}-{n}"
                folder.mkdir()
                seconds, searches[name] = timed(lambda take_in=take_in, folder=folder: take_in(rows, folder))  # type: ignore[misc]
                times[name].append(seconds)
        rates = {name: characters / min(values) for name, values in times.items()}
        print(f"{len(rows)} stories, {characters} characters, best of {options.rounds} rounds each")
        print(
            f"ingestion: {rates['ours']:.0f} characters/s, plain LlamaIndex + Chroma {rates['plain']:.0f}: "
            f"{rates['ours'] / rates['plain']:.1f} times as fast"
        )
        latency: dict[str, list[float]] = {"plain": [], "ours": []}
        for _ in range(3):
            for query in QUERIES:
                for name, search in searches.items():
                    latency[name].append(timed(lambda search=search, query=query: search(query))[0] * 1000)  # type: ignore[misc]
        middle = {name: statistics.median(values) for name, values in latency.items()}
        print(
            f"query (dense + keyword, fused): p50 {middle['ours']:.1f} ms, plain (dense alone) {middle['plain']:.1f} ms: "
            f"{middle['plain'] / middle['ours']:.2f} times as fast"
        )
        _answering(Path(root) / "ours-0" / "index")


def _answering(index: Path) -> None:
    """Milliseconds of a quoted answer and of its stages; the reader looks at 20 passages."""
    retriever = Retriever.open(index)
    answerer = Answerer(retriever)
    answerer.answer("Is this warm?")
    laps: dict[str, list[float]] = {}
    reading: list[float] = []
    for n in range(4):
        for query in QUERIES:
            question = query.replace("?", f" {n}?")  # the reader remembers what it has just read
            hits = retriever.search(question, k=20, rerank=False)
            assert isinstance(retriever.reader, Reader)
            texts = [h.passage.text for h in hits]
            reading.append(timed(lambda q=f"{question} ", t=texts: retriever.reader.rank(q, t, ordered=True))[0] * 1000)  # type: ignore[misc]
            for stage, value in answerer.answer(question).timings_ms.items():
                laps.setdefault(stage, []).append(value)
    total = sum(laps["total"])
    shares = ", ".join(f"{s} {sum(v) / total:.0%}" for s, v in laps.items() if s != "total")
    print(f"reader over 20 passages: p50 {percentile(reading, 0.5):.0f} ms, p95 {percentile(reading, 0.95):.0f} ms")
    print(
        f"quoted answer: p50 {percentile(laps['total'], 0.5):.0f} ms, p95 {percentile(laps['total'], 0.95):.0f} ms "
        f"({shares})"
    )


if __name__ == "__main__":
    main()

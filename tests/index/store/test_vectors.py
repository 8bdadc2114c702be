from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import chromadb
import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore

from index import IndexMissing, Retriever, sync
from index.models.embedding import Embedder


def test_no_index_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="newsdesk ingest"):
        Retriever.open(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_an_open_retriever_sees_what_another_process_writes(reports: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    sync([reports], index)
    retriever = Retriever.open(index, reader=None)
    assert "strike.txt" not in {h.passage.document_id for h in retriever.search("tram drivers strike", k=5)}
    (reports / "strike.txt").write_text("Strike of tram drivers\n\nTram drivers in Lindhaven are on strike.")
    (reports / "comet.txt").unlink()
    subprocess.run(
        [sys.executable, "-c", f"from index import sync; sync([{str(reports)!r}], {str(index)!r})"],
        check=True,
        cwd=Path(__file__).parents[3],
        capture_output=True,
    )
    hits = retriever.search("tram drivers strike", k=5)
    assert hits[0].passage.document_id == "strike.txt"
    assert set(hits[0].ranks) == {"dense", "keyword"}
    assert "comet.txt" not in {h.passage.document_id for h in retriever.search("comet", k=9)}
    assert retriever.facts().documents == 3
    retriever.close()


class OurEmbedding(BaseEmbedding):
    """LlamaIndex's view of the model the index was built with."""

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(x) for x in Embedder.open().encode([query])[0]]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_query_embedding(text)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def test_a_plain_llamaindex_vector_store_reads_our_passages(index: Path) -> None:
    retriever = Retriever.open(index, reader=None)
    collection = chromadb.PersistentClient(path=retriever.facts().vector_index).get_collection("passages")
    retriever.close()
    plain = VectorStoreIndex.from_vector_store(
        ChromaVectorStore(chroma_collection=collection), embed_model=OurEmbedding()
    )
    node = plain.as_retriever(similarity_top_k=1).retrieve("Who discovered a comet?")[0].node
    assert "Ines Calloway" in node.get_content()
    assert node.metadata["title"] == "Comet found by schoolgirl"

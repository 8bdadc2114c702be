"""The retriever as LlamaIndex sees it: any of its engines can be built on our passages."""

from __future__ import annotations

from typing import Any, Protocol

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from .documents import Hit


class Searches(Protocol):
    """What is asked of a retriever here."""

    def search(self, query: str, k: int = 5) -> list[Hit]: ...


class NewsdeskRetriever(BaseRetriever):
    """`Retriever.search` behind LlamaIndex's interface. `options` go to `BaseRetriever`."""

    def __init__(self, retriever: Searches, k: int = 5, **options: Any) -> None:
        self._retriever, self._k = retriever, k
        super().__init__(**options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [as_node(hit) for hit in self._retriever.search(query_bundle.query_str, k=self._k)]


def as_node(hit: Hit) -> NodeWithScore:
    """A hit as a node that keeps its exact place in the document."""
    passage = hit.passage
    metadata: dict[str, Any] = {
        "document_id": passage.document_id,
        "title": passage.title,
        "source": passage.source,
        "published": passage.published.isoformat() if passage.published else None,
    }
    node = TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=metadata,
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=["document_id"],
    )
    return NodeWithScore(node=node, score=hit.score)

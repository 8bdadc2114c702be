"""The projection on a Chroma server, for more readers or more passages than one machine serves.

The truth stays with the writer; the server's collection follows it. Nothing is published there by exchanging folders:
upserts and deletions may be repeated, and what the truth of a reader does not hold is never returned, so a collection that
is a step ahead or behind costs at most a comparison of the vectors in between.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from ..errors import CorpusError
from .catalogue import Catalogue, Projection, Snapshot
from .vectors import (
    Builder,
    Client,
    Collection,
    OpenProjection,
    ProjectionUnusable,
    chroma_errors,
    graph_configuration,
    without_telemetry,
)
from .writing import Writer


def check_address(store: str) -> tuple[str, int, bool]:
    """Host, port and whether it is https, of `http://HOST:PORT`. Raises CorpusError for what is no such address."""
    try:
        parts = urlsplit(store)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise CorpusError(f"{store!r} is not the address of a Chroma server: {error}.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise CorpusError(f"{store!r} is not the address of a Chroma server: write it like http://127.0.0.1:8000.")
    return host, port or (443 if parts.scheme == "https" else 8000), parts.scheme == "https"


def collection_name(identity: str) -> str:
    """One collection an index: several indexes share a server."""
    return f"newsdesk-{identity}"


def _connect(store: str) -> Client:
    host, port, secure = check_address(store)
    without_telemetry()
    import chromadb

    return cast(Client, chromadb.HttpClient(host=host, port=port, ssl=secure))


def open_on_server(projection: Projection, state: Snapshot) -> OpenProjection:
    """The projection that the server holds. Raises ProjectionUnusable when it does not answer, or holds another one's."""
    with chroma_errors(Path(projection.name)):
        client = _connect(projection.name)
        try:
            collection = client.get_collection(collection_name(str(state.fact("identity"))))
            if (collection.metadata or {}).get("identity") != state.fact("identity"):
                raise ProjectionUnusable(f"The collection on {projection.name} belongs to another index.")
        except BaseException:
            client.close()
            raise
    return OpenProjection(projection, client, collection)


class ServerBuilder(Builder):
    """Lets the collection on the server follow the truth."""

    @staticmethod
    def on_server(index: Path, catalogue: Catalogue, store: str) -> ServerBuilder:
        """Raises ProjectionUnusable when the server does not answer."""
        with catalogue.snapshot() as state:
            identity, published = str(state.fact("identity")), state.projection
        with chroma_errors(Path(store)):
            client = _connect(store)
            collection: Collection = client.get_or_create_collection(
                collection_name(identity),
                embedding_function=None,
                configuration=graph_configuration(1000),
                metadata={"identity": identity},
            )
            held = collection.count()
        # A server that has lost its collection begins again.
        known = published is not None and published.name == store and held > 0
        upto = published.upto if published is not None and known else 0
        return ServerBuilder(index, catalogue, store, upto, held, client, collection, {})

    def publish(self, writer: Writer) -> None:
        """Records in the truth how far the server has followed."""
        with chroma_errors(Path(self.name)):
            held = self.collection.count()
        writer.publish(Projection(self.name, self.upto, held, {}), sorted(self.followed))
        self.client.close()

    def abandon(self) -> None:
        """What was sent stays: it may be sent again."""
        self.client.close()

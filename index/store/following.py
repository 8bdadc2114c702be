"""When the projection follows the truth: after every run while it is small, by and by when it is large."""

from __future__ import annotations

import logging

from ..errors import CorpusError
from .catalogue import Catalogue
from .server import ServerBuilder
from .vectors import Builder
from .writing import Writer

FOLLOW_SHARE = 0.02
"""A large projection is brought up to date when this share of it has changed; until then a search compares the rest."""
SMALL_PROJECTION = 50_000
"""Passages up to which a projection is brought up to date after every sync: copying it takes less than a second."""
PUBLISH_SHARE, PUBLISH_AT_LEAST = 0.25, 20_000
"""During a long run the projection is published whenever it has grown by this much, so that searches stay fast."""

log = logging.getLogger("newsdesk.index")


class Follower:
    """Lets the next projection follow what a writer commits. Not for several threads at a time.

    That it fails is no failure of the run: the truth is whole without it, and searches compare all vectors until a later
    run makes one."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._builder: Builder | None = None
        self._catalogue: Catalogue | None = None
        self._failed = False

    def follow(self) -> None:
        """Takes over what was committed, and publishes when that is much."""
        if self._failed or (self._builder is None and not self._due()):
            return
        try:
            if self._builder is None:
                self._catalogue = self._catalogue or Catalogue(self._writer.index)
                self._builder = begin(self._writer, self._catalogue)
            self._builder.follow()
            published = self._writer.state.projection
            grown = self._builder.upto - (published.upto if published else 0)
            if grown > max(PUBLISH_AT_LEAST, PUBLISH_SHARE * (published.passages if published else 0)):
                self._publish()
        except (CorpusError, OSError) as error:
            self._give_up(error)

    def bring_up_to_date(self) -> None:
        """At the end of a run: follows and publishes, unless the little that changed can wait."""
        state = self._writer.state
        published = state.projection
        if self._builder is None:
            nothing_to_do = not state.behind(published) if published is not None else not state.counts().passages
            if nothing_to_do or not self._due():
                return
        self.follow()
        try:
            self._publish()
        except (CorpusError, OSError) as error:
            self._give_up(error)

    def _due(self) -> bool:
        """Whether the published projection is small, or so far behind that searches have much to compare."""
        state = self._writer.state
        published = state.projection
        if published is None or published.passages <= SMALL_PROJECTION or state.fact("store"):
            return True
        return state.behind(published) > FOLLOW_SHARE * published.passages

    def _publish(self) -> None:
        if self._builder is not None:
            self._builder.publish(self._writer)
            self._builder = None

    def _give_up(self, error: Exception) -> None:
        log.warning("The vector index could not be brought up to date: %s", error)
        self._failed = True
        self.close()

    def close(self) -> None:
        """Lets go of a projection that was begun and not published."""
        if self._builder is not None:
            builder, self._builder = self._builder, None
            builder.abandon()
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None


def begin(writer: Writer, catalogue: Catalogue, *, from_nothing: bool = False) -> Builder:
    """What lets the projection follow where it is kept: in the index's folder, or on a server."""
    store = writer.state.fact("store")
    if store:
        return ServerBuilder.on_server(writer.index, catalogue, str(store))
    return Builder.begin(writer.index, catalogue, from_nothing=from_nothing)


def make_anew(writer: Writer) -> None:
    """A projection from the stored vectors alone, published. Raises CorpusError, OSError."""
    catalogue = Catalogue(writer.index)
    try:
        builder = begin(writer, catalogue, from_nothing=True)
        try:
            builder.follow()
            builder.publish(writer)
        except BaseException:
            builder.abandon()
            raise
    finally:
        catalogue.close()

"""The agents' messages, as Qdrant holds them: the port that the worker reads and settles through."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import groupby
from operator import attrgetter

import structlog

from enrichment.adapters.qdrant.backlog import BacklogScan
from enrichment.adapters.qdrant.chunks import complete, joined
from enrichment.adapters.qdrant.payload import Chunk
from enrichment.adapters.qdrant.reading import Read, read
from enrichment.adapters.qdrant.retrieval import Points, retrieve
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import QdrantFailure, Server
from enrichment.adapters.qdrant.settling import IDS_PER_OPERATION, Settler, merged
from enrichment.domain.messages import Fetched, Message, Pending, PointRef
from enrichment.domain.outcomes import Settled, Settlement
from enrichment.ports import Clock

_NOT_FOUND = 404

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is served: shell patterns of collections or aliases, and how.

    ``adopt`` counts messages without a status as pending, none older than ``adopt_max_age``. ``max_wait`` is how long a
    message waits for its missing chunks. Collections of our ``own`` (shell patterns) are never served, under any name.
    """

    collections: tuple[str, ...] = ("*",)
    adopt: bool = False
    adopt_max_age: timedelta | None = None
    with_vectors: bool = False
    page_size: int = 5000
    max_wait: timedelta = timedelta(minutes=5)
    own: tuple[str, ...] = ()


class QdrantPending:
    """``ports.PendingMessages`` on a Qdrant server from 1.14, or on the embedded engine."""

    def __init__(
        self,
        server: Server,
        clock: Clock,
        rules: Rules | None = None,
        scope: Scope | None = None,
        settler: Settler | None = None,
    ) -> None:
        self._server = server
        self._clock = clock
        self._rules = rules or Rules()
        self._scope = scope or Scope()
        self._settler = settler or Settler(server, self._rules)

    async def collections(self) -> Sequence[str]:
        client = self._server.client
        listed = await self._server.ask("to list collections", client.get_collections)
        aliased = await self._server.ask("to list aliases", client.get_aliases)
        names = {each.name: each.name for each in listed.collections}
        names |= {alias.alias_name: alias.collection_name for alias in aliased.aliases}
        return sorted({real for name, real in names.items() if self._serves(name) and not self._owns(real)})

    async def backlog(self, collection: str) -> AsyncIterator[Sequence[Pending]]:
        scope = self._scope
        scan = BacklogScan(
            self._server,
            self._rules,
            collection,
            now=self._clock.now(),
            page_size=scope.page_size,
            adopt=scope.adopt,
            adopt_max_age=scope.adopt_max_age,
        )
        try:
            async for page in scan.pages():
                yield page
        except QdrantFailure as failure:
            await self._raise_unless_vanished(collection, failure)

    async def fetch(self, user_id: str, refs: Sequence[PointRef]) -> Fetched:
        now = self._clock.now()
        parts = [
            await self._fetch(user_id, collection, list(dict.fromkeys(group)), now)
            for collection, group in groupby(sorted(refs), attrgetter("collection"))
        ]
        messages = [message for part in parts for message in part.messages]
        return Fetched(
            messages=tuple(sorted(messages, key=attrgetter("order"))),
            skipped=tuple(each for part in parts for each in part.skipped),
            gone=tuple(ref for part in parts for ref in part.gone),
            waiting=tuple(ref for part in parts for ref in part.waiting),
        )

    async def settle(self, settlements: Sequence[Settlement]) -> Settled:
        # The last word on a point is the one that stands.
        latest = {each.ref: each for each in settlements}
        by_collection = groupby(sorted(latest.values(), key=attrgetter("ref")), attrgetter("ref.collection"))
        return merged([await self._settle(collection, list(group)) for collection, group in by_collection])

    async def _fetch(self, user_id: str, collection: str, refs: list[PointRef], now: datetime) -> Fetched:
        try:
            found = await retrieve(self._server, collection, refs, with_vectors=self._scope.with_vectors)
        except QdrantFailure as failure:
            await self._raise_unless_vanished(collection, failure)
            found = Points()
        own = {ref: each for ref, each in found.payloads.items() if self._rules.user(collection, each) == user_id}
        items = await read(self._server, self._rules, collection, Points(own, found.vectors), now)
        return self._sorted_out(items, [ref for ref in refs if ref not in own], now)

    def _sorted_out(self, items: Read, gone: list[PointRef], now: datetime) -> Fetched:
        waiting = [group for group in items.chunked if self._waits(group, now)]
        whole = [joined(group, self._rules.chunk_overlap) for group in items.chunked if group not in waiting]
        return Fetched(
            messages=(*(item for item in items.alone if isinstance(item, Message)), *whole),
            skipped=tuple(item for item in items.alone if not isinstance(item, Message)),
            gone=tuple(gone),
            waiting=tuple(chunk.message.ref for group in waiting for chunk in group),
        )

    def _waits(self, group: tuple[Chunk, ...], now: datetime) -> bool:
        """A chunk whose own time is unknown cannot be waited for: nobody could tell for how long."""
        known = [chunk.message.said_at for chunk in group if chunk.message.time_known]
        return bool(known) and not complete(group) and now - max(known) < self._scope.max_wait

    async def _settle(self, collection: str, settlements: list[Settlement]) -> Settled:
        now = self._clock.now()
        try:
            return merged([await self._settler.settle(collection, part, now) for part in _operations(settlements)])
        except QdrantFailure as failure:
            await self._raise_unless_vanished(collection, failure)
            return Settled()

    async def _raise_unless_vanished(self, collection: str, failure: QdrantFailure) -> None:
        """A collection that was deleted has nothing pending, and nothing of it can be verified."""
        if failure.status != _NOT_FOUND or await self._server.exists(collection):
            raise failure
        log.warning("collection.vanished", collection=collection)

    def _serves(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self._scope.collections)

    def _owns(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self._scope.own)


def _operations(settlements: list[Settlement]) -> Iterator[list[Settlement]]:
    for start in range(0, len(settlements), IDS_PER_OPERATION):
        yield settlements[start : start + IDS_PER_OPERATION]

"""The collection of ours: a point for each fact, summary and month, with no text and no user's name in it.

A point says whose it is by a hash, so that it can be found when nothing else is left of a user. What may be told where
is decided in Postgres, of the rows that the points name; the payload narrows the search and no more.
"""

import asyncio
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from qdrant_client.http import models

from enrichment.adapters.qdrant.server import QdrantFailure, Server
from enrichment.domain.ids import derived_uuid
from enrichment.errors import ConfigurationError

# Collections that begin so are never served as agents' messages, whoever made them.
PREFIX: Final = "enrichment_memory"
_USER, _BOT, _SCOPE, _KIND, _ROW, _MODEL, _AT = "user", "bot", "scope", "kind", "row", "model", "written_at"
# Servers in strict mode refuse a filter on anything else.
_INDEXES: Final = {
    _USER: models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
    **dict.fromkeys((_BOT, _SCOPE, _MODEL), models.PayloadSchemaType.KEYWORD),
    _AT: models.PayloadSchemaType.FLOAT,
}
_PAGE: Final = 500
_ROUNDS: Final = 3
_NOT_FOUND: Final = 404


class Named(NamedTuple):
    """A row of the memory: ``kind`` is ``fact``, ``summary`` or ``digest``."""

    user_id: str
    kind: str
    row_id: uuid.UUID

    @property
    def point_id(self) -> str:
        """The id of its point."""
        return str(derived_uuid("vector", self.user_id, self.kind, self.row_id.bytes))


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPoint:
    """A row with its vector, and what the search is narrowed by; ``written_at`` is the database's time."""

    named: Named
    bot_name: str
    scope: str
    model: str
    written_at: datetime
    vector: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """Whose rows are looked for, in which scopes, with which bot (None: with any), as vectors of which model."""

    user_id: str
    bot_name: str | None
    scopes: tuple[str, ...]
    model: str


class Hit(NamedTuple):
    """A row that is near to a question; ``score`` is the cosine."""

    kind: str
    row_id: uuid.UUID
    score: float


class MemoryPoints:
    """The collection on a Qdrant server, or on the embedded engine."""

    def __init__(self, server: Server, collection: str) -> None:
        self._server = server
        self.collection = collection

    async def exist(self) -> bool:
        """Tell whether the collection is there."""
        return await self._server.exists(self.collection)

    async def begin(self, dimensions: int) -> None:
        """Make the collection empty, for vectors of this size; raises ``ConfigurationError`` if it is not ours."""
        if await self.exist():
            await self._refuse_a_strangers()
            await self._server.ask(
                "to drop vectors", lambda: self._server.client.delete_collection(self.collection, timeout=self._timeout)
            )
        size = models.VectorParams(size=dimensions, distance=models.Distance.COSINE)
        await self._server.ask(
            "to create a collection",
            lambda: self._server.client.create_collection(
                self.collection, vectors_config=size, on_disk_payload=True, timeout=self._timeout
            ),
        )
        for field, kind in _INDEXES.items():
            await self._index(field, kind)

    async def put(self, points: Sequence[MemoryPoint], *, within_seconds: float) -> None:
        """Write the points; they are there when this returns. Raises ``QdrantFailure``, at the deadline too."""
        structs = [
            models.PointStruct(id=each.named.point_id, vector=list(each.vector), payload=_payload(each))
            for each in points
        ]
        await self._within(
            within_seconds,
            "to write vectors",
            lambda: self._server.client.upsert(self.collection, structs, wait=True, timeout=self._timeout),
        )

    async def delete(self, point_ids: Sequence[str], *, within_seconds: float) -> None:
        """Delete the points; those that are gone already are none the less."""
        # By a filter of ids: plain ids lose later points when one of them is gone already.
        chosen = models.FilterSelector(filter=models.Filter(must=[models.HasIdCondition(has_id=list(point_ids))]))
        await self._within(
            within_seconds,
            "to delete vectors",
            lambda: self._server.client.delete(self.collection, chosen, wait=True, timeout=self._timeout),
        )

    async def nearest(self, vector: Sequence[float], searched: Searched, most: int) -> list[Hit]:
        """Return the nearest rows, the nearest first."""
        must: list[models.Condition] = [
            models.FieldCondition(key=_USER, match=models.MatchValue(value=hash_of(searched.user_id).hex())),
            models.FieldCondition(key=_SCOPE, match=models.MatchAny(any=list(searched.scopes))),
            models.FieldCondition(key=_MODEL, match=models.MatchValue(value=searched.model)),
        ]
        if searched.bot_name is not None:
            must.append(models.FieldCondition(key=_BOT, match=models.MatchValue(value=searched.bot_name)))
        found = await self._server.ask(
            "to search vectors",
            lambda: self._server.client.query_points(
                self.collection,
                query=list(vector),
                query_filter=models.Filter(must=must),
                limit=most,
                with_payload=[_KIND, _ROW],
                timeout=self._timeout,
            ),
        )
        return [
            Hit(str((point.payload or {})[_KIND]), uuid.UUID((point.payload or {})[_ROW]), point.score)
            for point in found.points
        ]

    async def erase(self, user_hash: bytes, until: datetime) -> tuple[int, int]:
        """Delete a user's points that were written until then; return how many went, and how many are left."""
        wanted = models.Filter(
            must=[
                models.FieldCondition(key=_USER, match=models.MatchValue(value=user_hash.hex())),
                models.FieldCondition(key=_AT, range=models.Range(lte=until.timestamp())),
            ]
        )
        gone, left = 0, 0
        try:
            for _ in range(_ROUNDS):
                gone += await self._delete_all(wanted)
                if not (left := await self._count(wanted)):
                    break
        except QdrantFailure as failure:
            # Without a collection there is nothing to erase; a proxy's 404 is no proof of that.
            if failure.status != _NOT_FOUND or await self.exist():
                raise
            return gone, 0
        return gone, left

    async def _delete_all(self, wanted: models.Filter) -> int:
        gone = 0
        offset: Any = None
        while True:
            records, offset = await self._page(wanted, offset)
            if records:
                await self.delete([str(each.id) for each in records], within_seconds=self._server.timeout_seconds)
            gone += len(records)
            if offset is None:
                return gone

    async def _page(self, wanted: models.Filter, offset: Any) -> tuple[Sequence[models.Record], Any]:  # noqa: ANN401 - the client's own cursor
        return await self._server.ask(
            "to look for vectors",
            lambda: self._server.client.scroll(
                self.collection,
                scroll_filter=wanted,
                limit=_PAGE,
                offset=offset,
                with_payload=False,
                timeout=self._timeout,
            ),
        )

    async def _count(self, wanted: models.Filter) -> int:
        counted = await self._server.ask(
            "to count vectors",
            lambda: self._server.client.count(self.collection, count_filter=wanted, exact=True, timeout=self._timeout),
        )
        return counted.count

    async def _refuse_a_strangers(self) -> None:
        records, _ = await self._server.ask(
            "to look at a collection",
            lambda: self._server.client.scroll(self.collection, limit=1, with_payload=True, timeout=self._timeout),
        )
        if records and not {_USER, _KIND, _ROW, _AT} <= (records[0].payload or {}).keys():
            raise ConfigurationError(
                f"the collection {self.collection} holds something else: choose another by "
                "ENRICHMENT_EMBEDDING__COLLECTION"
            )

    async def _index(self, field: str, kind: Any) -> None:  # noqa: ANN401 - what the client takes
        await self._server.ask(
            "to create an index",
            lambda: self._server.client.create_payload_index(
                self.collection, field, field_schema=kind, wait=True, timeout=self._timeout
            ),
        )

    async def _within(self, seconds: float, doing: str, call: Any) -> None:  # noqa: ANN401 - a call of the client
        try:
            async with asyncio.timeout(seconds):
                written = await self._server.ask(doing, call)
        except TimeoutError as error:
            raise QdrantFailure(f"failed {doing} (by the deadline)") from error
        if written.status != models.UpdateStatus.COMPLETED:
            raise QdrantFailure(f"did not finish {doing}")

    @property
    def _timeout(self) -> int:
        return self._server.timeout


def hash_of(user_id: str) -> bytes:
    """Return what stands for a user in the collection, and in a tombstone."""
    return hashlib.sha256(user_id.encode()).digest()


def _payload(point: MemoryPoint) -> dict[str, object]:
    return {
        _USER: hash_of(point.named.user_id).hex(),
        _BOT: point.bot_name,
        _SCOPE: point.scope,
        _KIND: point.named.kind,
        _ROW: str(point.named.row_id),
        _MODEL: point.model,
        _AT: point.written_at.timestamp(),
    }

"""All points of a collection, whatever their status: read without a filter, and beside it what the index says."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from qdrant_client.http import models

from enrichment.adapters.qdrant.chunks import complete, joined
from enrichment.adapters.qdrant.reading import Read, read
from enrichment.adapters.qdrant.retrieval import Points, api_id, retrieve
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import QdrantFailure, Server
from enrichment.adapters.qdrant.settling import IDS_PER_OPERATION, Settler
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.upkeep import PointPage, Reopened, SeenPoint
from enrichment.ports import Clock
from enrichment.producer import PENDING, STATUS

_NOT_FOUND = 404
_SMALLEST_PAGE = 16


class QdrantPoints:
    """``upkeep.StoredPoints``; ``settler`` is the one that settles, so that writes to a collection stay in one line."""

    def __init__(self, server: Server, clock: Clock, rules: Rules, settler: Settler) -> None:
        self._server = server
        self._clock = clock
        self._rules = rules
        self._settler = settler

    async def count(self, collection: str) -> int:
        try:
            counted = await self._server.ask(
                "to count points",
                lambda: self._server.client.count(collection, exact=False, timeout=self._server.timeout),
            )
        except QdrantFailure as failure:
            await self._raise_unless_vanished(collection, failure)
            return 0
        return counted.count

    async def page(self, collection: str, after: str | None, limit: int) -> PointPage:
        try:
            records = await self._records(collection, after, limit)
        except QdrantFailure as failure:
            await self._raise_unless_vanished(collection, failure)
            return PointPage()
        found = {PointRef(collection, str(record.id)): record.payload or {} for record in records}
        points = await self._seen(collection, Points(found))
        return PointPage(points=tuple(points), last=points[-1].ref.point_id if points else None)

    async def look(self, refs: Sequence[PointRef]) -> Sequence[SeenPoint]:
        seen: list[SeenPoint] = []
        for collection, group in groupby(sorted(set(refs)), attrgetter("collection")):
            try:
                points = await retrieve(self._server, collection, list(group))
                seen += await self._seen(collection, points)
            except QdrantFailure as failure:
                await self._raise_unless_vanished(collection, failure)
        return seen

    async def reopen(self, refs: Sequence[PointRef]) -> Reopened:
        verified: list[PointRef] = []
        gone: list[PointRef] = []
        for collection, group in groupby(sorted(set(refs)), attrgetter("collection")):
            asked = list(group)
            for start in range(0, len(asked), IDS_PER_OPERATION):
                part = asked[start : start + IDS_PER_OPERATION]
                try:
                    done = await self._settler.reopen(collection, part)
                except QdrantFailure as failure:
                    await self._raise_unless_vanished(collection, failure)
                    done = Reopened(gone=tuple(part))
                verified += done.verified
                gone += done.gone
        return Reopened(verified=tuple(verified), gone=tuple(gone))

    async def _records(self, collection: str, after: str | None, limit: int) -> Sequence[models.Record]:
        """The cursor of a scroll names the first point of a page, ours the last of the one before: one more is read."""
        offset = None if after is None else api_id(PointRef(collection, after))
        while True:
            try:
                records = await self._scroll(collection, offset, limit + (after is not None))
            except QdrantFailure as failure:
                if not failure.too_much or limit <= _SMALLEST_PAGE:
                    raise
                limit = max(_SMALLEST_PAGE, limit // 4)
                continue
            return records[1:] if records and str(records[0].id) == after else records[:limit]

    async def _scroll(self, collection: str, offset: Any, limit: int) -> Sequence[models.Record]:  # noqa: ANN401 - the client's own
        records, _ = await self._server.ask(
            "to read points",
            lambda: self._server.client.scroll(
                collection, limit=limit, offset=offset, with_payload=True, timeout=self._server.timeout
            ),
        )
        return records

    async def _seen(self, collection: str, points: Points) -> list[SeenPoint]:
        if not points.payloads:
            return []
        items = await read(self._server, self._rules, collection, points, self._clock.now())
        hashes = self._comparable(items)
        times = {
            ref: message.said_at
            for message in (*items.alone, *(chunk.message for group in items.chunked for chunk in group))
            if isinstance(message, Message) and message.time_known
            for ref in message.points
        }
        pending = await self._indexed_pending(collection, list(points.payloads))
        return [
            SeenPoint(
                ref=ref,
                user_id=self._rules.user(collection, payload),
                status=_status(payload),
                content_hash=hashes.get(ref),
                said_at=times.get(ref),
                indexed_pending=ref.point_id in pending,
            )
            for ref, payload in points.payloads.items()
        ]

    def _comparable(self, items: Read) -> Mapping[PointRef, bytes]:
        """A message without all of its chunks has another hash than when it was whole, and says nothing by it."""
        whole = [joined(group, self._rules.chunk_overlap) for group in items.chunked if complete(group)]
        hashes = {ref: message.content_hash for message in whole for ref in message.points}
        return hashes | {item.ref: item.content_hash for item in items.alone}

    async def _indexed_pending(self, collection: str, refs: Sequence[PointRef]) -> set[str]:
        """Return which of the points a search for pending messages finds: conditions are answered by the index."""
        wanted = models.Filter(
            must=[
                models.HasIdCondition(has_id=[api_id(ref) for ref in refs]),
                models.FieldCondition(key=STATUS, match=models.MatchValue(value=PENDING)),
            ]
        )
        records, _ = await self._server.ask(
            "to compare the index",
            lambda: self._server.client.scroll(
                collection, scroll_filter=wanted, limit=len(refs), with_payload=False, timeout=self._server.timeout
            ),
        )
        return {str(record.id) for record in records}

    async def _raise_unless_vanished(self, collection: str, failure: QdrantFailure) -> None:
        if failure.status != _NOT_FOUND or await self._server.exists(collection):
            raise failure


def _status(payload: Mapping[str, object]) -> str | None:
    status = payload.get(STATUS)
    return status if isinstance(status, str) else None

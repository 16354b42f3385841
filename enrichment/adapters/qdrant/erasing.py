"""Deletes a user's messages from the agents' collections, by id, and looks whether they are gone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qdrant_client.http import models

from enrichment.adapters.qdrant.payload import read_point
from enrichment.adapters.qdrant.retrieval import NOT_ALLOWED, api_id, retrieve
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import QdrantFailure, Server
from enrichment.domain.messages import Message, PointRef
from enrichment.ports import Clock

_PAGE = 500
_ROUNDS = 3
_LARGEST_NUMBER = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """What became of one collection: points deleted, and how many of them are still there."""

    deleted: int
    left: int


class QdrantErasing:
    """Finds a user's points by the fields that name users, or by looking at all points where that is not allowed."""

    def __init__(self, server: Server, clock: Clock, rules: Rules) -> None:
        self._server = server
        self._clock = clock
        self._rules = rules

    async def erase(self, user_id: str, collections: Sequence[str], before: datetime) -> Mapping[str, Deleted]:
        """Delete the points that are not newer than ``before``; a point without a known time is not."""
        return {name: await self._erase(user_id, name, before) for name in collections}

    async def _erase(self, user_id: str, collection: str, before: datetime) -> Deleted:
        deleted, left = 0, 0
        wanted: models.Filter | None = self._of_user(collection, user_id)
        for _ in range(_ROUNDS):
            try:
                found, left = await self._pass(user_id, collection, before, wanted)
            except QdrantFailure as failure:
                if failure.status not in NOT_ALLOWED or wanted is None:
                    raise
                wanted = None
                continue
            deleted += found - left
            if not found:
                break
        return Deleted(deleted=deleted, left=left)

    async def _pass(
        self, user_id: str, collection: str, before: datetime, wanted: models.Filter | None
    ) -> tuple[int, int]:
        """Go over the collection once; return how many points there were to delete, and how many of them are left."""
        found, left = 0, 0
        offset: Any = None
        while True:
            records, offset = await self._page(collection, wanted, offset)
            refs = [
                PointRef(collection, str(record.id))
                for record in records
                if self._goes(user_id, PointRef(collection, str(record.id)), record.payload or {}, before)
            ]
            if refs:
                await self._delete(collection, refs)
                left += len((await retrieve(self._server, collection, refs)).payloads)
                found += len(refs)
            if offset is None:
                return found, left

    async def _page(
        self,
        collection: str,
        wanted: models.Filter | None,
        offset: Any,  # noqa: ANN401 - the client's own cursor
    ) -> tuple[Sequence[models.Record], Any]:
        return await self._server.ask(
            "to look for a user's messages",
            lambda: self._server.client.scroll(
                collection, scroll_filter=wanted, limit=_PAGE, offset=offset, timeout=self._server.timeout
            ),
        )

    def _goes(self, user_id: str, ref: PointRef, payload: Mapping[str, Any], before: datetime) -> bool:
        if self._rules.user(ref.collection, payload) != user_id:
            return False
        item = read_point(ref, payload, self._rules, self._clock.now())
        message = item if isinstance(item, Message) else getattr(item, "message", None)
        return not isinstance(message, Message) or not message.time_known or message.said_at <= before

    async def _delete(self, collection: str, refs: Sequence[PointRef]) -> None:
        # By a filter of ids: plain ids lose later chunks when one of them is gone already.
        chosen = models.FilterSelector(
            filter=models.Filter(must=[models.HasIdCondition(has_id=[api_id(ref) for ref in refs])])
        )
        await self._server.ask(
            "to delete messages",
            lambda: self._server.client.delete(collection, chosen, wait=True, timeout=self._server.timeout),
        )

    def _of_user(self, collection: str, user_id: str) -> models.Filter:
        namespace = self._rules.namespace(collection)
        named = user_id.removeprefix(f"{namespace}:") if namespace else user_id
        return models.Filter(should=list(_conditions(self._rules.names.user_id, named)))


def _conditions(names: Sequence[str], user_id: str) -> Iterator[models.Condition]:
    for name in names:
        yield models.FieldCondition(key=name, match=models.MatchValue(value=user_id))
        if user_id.isdecimal() and int(user_id) < _LARGEST_NUMBER:
            yield models.FieldCondition(key=name, match=models.MatchValue(value=int(user_id)))

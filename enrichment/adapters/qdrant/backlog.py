"""The plan pass: every pending point's id, user and time, in big pages that are never built as models."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from enrichment.adapters.qdrant.payload import bot_of
from enrichment.adapters.qdrant.rules import Payload, Rules, first
from enrichment.adapters.qdrant.server import QdrantFailure, Server
from enrichment.adapters.qdrant.times import plausible
from enrichment.domain.messages import Pending
from enrichment.producer import PENDING, STATUS

_SMALLEST_PAGE = 100
_PENDING = {"key": STATUS, "match": {"value": PENDING}}
_WITHOUT_STATUS = {"is_empty": {"key": STATUS}}


class BacklogScan:
    """One pass over one collection; ``adopt`` counts points without a status as pending, up to an age."""

    def __init__(
        self,
        server: Server,
        rules: Rules,
        collection: str,
        *,
        now: datetime,
        page_size: int,
        adopt: bool,
        adopt_max_age: timedelta | None,
    ) -> None:
        self._server = server
        self._rules = rules
        self._collection = collection
        self._now = now
        self._size = page_size
        self._filter = {"should": [_PENDING, _WITHOUT_STATUS]} if adopt else {"must": [_PENDING]}
        self._adopted_from = (now - adopt_max_age).timestamp() if adopt and adopt_max_age else None
        names = rules.names
        self._fields = [*names.user_id, *names.bot_name, *names.timestamp, *([STATUS] if adopt else [])]
        # Twenty thousand users among 200,000 points: each is resolved and kept once.
        self._users: dict[str | int, str] = {}
        self._bots: dict[str | int, str] = {}

    async def pages(self) -> AsyncIterator[Sequence[Pending]]:
        """Yield pages until the cursor ends; an id that two shards return is yielded once."""
        offset: object = None
        last: object = None
        while True:
            result = await self._page(offset)
            found = []
            for point in result["points"]:
                if point["id"] != last and (pending := self._pending(point["id"], point.get("payload") or {})):
                    found.append(pending)
                last = point["id"]
            if found:
                yield found
            offset = result.get("next_page_offset")
            if offset is None:
                return

    def _pending(self, point_id: object, payload: Payload) -> Pending | None:
        """None for a point without a status that is older than what is adopted; an unknown time is no age."""
        at = plausible((first(payload, (name,)) for name in self._rules.names.timestamp), self._now)
        if self._adopted_from is not None and at is not None and at < self._adopted_from and not payload.get(STATUS):
            return None
        return Pending(str(point_id), self._user(payload), self._bot(payload), at)

    def _user(self, payload: Payload) -> str:
        raw = first(payload, self._rules.names.user_id)
        if type(raw) is not str and type(raw) is not int:
            return self._rules.user(self._collection, payload)
        user = self._users.get(raw)
        if user is None:
            user = self._users[raw] = self._rules.user(self._collection, payload)
        return user

    def _bot(self, payload: Payload) -> str:
        raw = first(payload, self._rules.names.bot_name)
        key = raw if isinstance(raw, str | int) else ""
        bot = self._bots.get(key)
        if bot is None:
            bot = self._bots[key] = bot_of(self._collection, payload, self._rules)
        return bot

    async def _page(self, offset: object) -> Mapping[str, Any]:
        while True:
            try:
                return await self._server.ask("to list pending messages", lambda: self._scroll(offset))
            except QdrantFailure as failure:
                if not failure.too_much or self._size <= _SMALLEST_PAGE:
                    raise
                # In big steps: a server that is down is waited for at every step.
                self._size = max(_SMALLEST_PAGE, self._size // 8)

    async def _scroll(self, offset: object) -> Mapping[str, Any]:
        body = {"filter": self._filter, "limit": self._size, "with_payload": self._fields, "with_vector": False}
        response = await self._server.http.post(
            f"/collections/{quote(self._collection, safe='')}/points/scroll",
            content=orjson.dumps(body if offset is None else {**body, "offset": offset}),
            headers={"content-type": "application/json"},
            params={"timeout": self._server.timeout},
        )
        response.raise_for_status()
        answer = orjson.loads(response.content)
        result: Mapping[str, Any] = (answer.get("result") if isinstance(answer, dict) else None) or {}
        if not isinstance(result.get("points"), list):
            raise httpx.DecodingError("no page of points", request=response.request)
        return result

"""The stage on which a worker acts: what agents write, what the worker does, what is left in both stores."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from qdrant_client.http import models

from bench.model_server import FactResponder, GoldFact, ModelServer
from enrichment.adapters.qdrant.server import Server
from enrichment.app import App, open_app
from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Outcome, Settlement
from enrichment.domain.selection import Selection
from enrichment.domain.tally import Tally
from enrichment.loop import run_once
from enrichment.producer import create_indexes, stamp
from enrichment.settings import BatchSettings, ModelSettings, PostgresSettings, QdrantSettings, Settings
from tests.leaks import API_KEY, keep_private

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALL = Selection()


class Stage:
    """One collection, one database, one model."""

    settings: Settings

    def __init__(self, server: Server, model: ModelServer, collection: str | None = None) -> None:
        self._server = server
        self.model = model
        self.collection = collection or f"chat_{uuid.uuid4().hex}"
        self._facts: list[GoldFact] = []
        model.responder = FactResponder(self._facts)

    def act_on(self, url: str, dsn: str) -> None:
        """Work with this Qdrant and this Postgres."""
        self.settings = Settings(
            qdrant=QdrantSettings(url=url, collections=(self.collection,)),
            postgres=PostgresSettings(dsn=SecretStr(dsn)),
            model=ModelSettings(
                base_url=self.model.base_url, api_key=SecretStr(API_KEY), attempts=1, timeout_seconds=5
            ),
            batch=BatchSettings(),
        )

    async def create(self) -> None:
        """Make the collection as an agent would."""
        await self._server.client.create_collection(
            self.collection, vectors_config=models.VectorParams(size=2, distance=models.Distance.COSINE)
        )
        await create_indexes(self._server.client, self.collection)

    async def say(self, *texts: str, user: str = "anna", at: datetime = NOON, **payload: object) -> list[str]:
        """Store messages a minute apart, as pending; the model will state each of them as a fact."""
        self._facts += [
            GoldFact(messages=(text,), statement=f"{user} said {text}", predicate="said", object=text) for text in texts
        ]
        self.model.responder = FactResponder(self._facts)
        payloads = [
            {
                "user_id": user,
                "bot_name": "luna",
                "role": "user",
                "author": user,
                "content": text,
                "timestamp": (at + timedelta(minutes=number)).isoformat(),
                **payload,
            }
            for number, text in enumerate(texts)
        ]
        return await self.put(payloads)

    async def put(self, payloads: Sequence[Mapping[str, Any]]) -> list[str]:
        """Store payloads as pending under new ids."""
        keep_private(payload.get("content") for payload in payloads)
        ids = [str(uuid.uuid4()) for _ in payloads]
        points = [
            models.PointStruct(id=point_id, vector=[1.0, 0.0], payload=stamp(payload, point_id=point_id))
            for point_id, payload in zip(ids, payloads, strict=True)
        ]
        await self._server.client.upsert(self.collection, points, wait=True)
        return ids

    async def run(self, selection: Selection = ALL, max_messages: int | None = None) -> Tally:
        """Drain once, as `run --once` does."""
        async with open_app(self.settings, trigger="once") as app:
            return await run_once(app.cycle(asyncio.Event(), selection=selection, max_messages=max_messages))

    def opened(self) -> AbstractAsyncContextManager[App]:
        """Open a worker's parts, for a test that acts on them itself."""
        return open_app(self.settings, trigger="once")

    async def refs(self) -> list[PointRef]:
        """Return all points of the collection."""
        found, _ = await self._server.client.scroll(self.collection, limit=10_000)
        return [PointRef(self.collection, str(point.id)) for point in found]

    async def rows(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Ask the database."""
        async with open_app(self.settings, trigger="once") as app, app.servers.database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]

    async def statuses(self) -> Counter[str]:
        """Count the points by their status."""
        found, _ = await self._server.client.scroll(self.collection, limit=10_000, with_payload=True)
        return Counter((point.payload or {}).get("enrichment_status", "") for point in found)

    async def set_payload(self, point_id: str, **payload: object) -> None:
        """Change a point's payload, as its agent would."""
        await self._server.client.set_payload(self.collection, payload, points=[point_id], wait=True)

    async def edit(self, point_id: str, text: str, user: str = "anna") -> None:
        """Give a message another text, as its agent does; the model will state that as a fact."""
        self._facts.append(GoldFact(messages=(text,), statement=f"{user} said {text}", predicate="said", object=text))
        self.model.responder = FactResponder(self._facts)
        await self._write_again(point_id, {**await self._payload(point_id), "content": text})

    async def rewrite(self, point_id: str, *, as_in: str) -> None:
        """Let a point hold what another one holds, as if its agent had mixed them up."""
        await self._write_again(point_id, await self._payload(as_in))

    async def _payload(self, point_id: str) -> Mapping[str, Any]:
        [point] = await self._server.client.retrieve(self.collection, [point_id])
        return point.payload or {}

    async def _write_again(self, point_id: str, payload: Mapping[str, Any]) -> None:
        point = models.PointStruct(id=point_id, vector=[1.0, 0.0], payload=stamp(payload, point_id=point_id))
        await self._server.client.upsert(self.collection, [point], wait=True)

    async def delete(self, point_id: str) -> None:
        """Delete a point, as its agent would."""
        await self._server.client.delete(self.collection, [point_id], wait=True)

    async def until(self, statuses: Mapping[str, int]) -> None:
        """Wait until the points have these statuses."""
        while await self.statuses() != statuses:
            pass

    def unlearn(self, text: str) -> None:
        """Let the model find nothing in this message any more."""
        self._facts = [fact for fact in self._facts if fact.messages != (text,)]
        self.model.responder = FactResponder(self._facts)

    def settlement(self, point_id: str, content_hash: bytes) -> Settlement:
        """Return what a worker writes for a point that it has read."""
        ref = PointRef(self.collection, point_id)
        return Settlement(ref=ref, outcome=Outcome.COMPLETED, reason=None, content_hash=content_hash)

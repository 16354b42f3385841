"""The stores that the contract suite runs on: a fake one, the embedded engine, and a real server where there is one."""

import os
import uuid
from array import array
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from qdrant_client import AsyncQdrantClient
from qdrant_client.http import models

from enrichment.adapters.qdrant.pending import QdrantPending, Scope
from enrichment.adapters.qdrant.retrieval import api_id
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import Server, connected
from enrichment.domain.messages import PointRef
from enrichment.ports import PendingMessages
from enrichment.producer import create_indexes
from tests.fakes.pending import FakePending, FakeStore

SERVERS = ["embedded", *(["server"] if "QDRANT_URL" in os.environ else [])]
NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
VECTOR = [0.5, 0.5, 0.5, 0.5]
Payload = Mapping[str, object]


@dataclass
class FrozenClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class World(Protocol):
    """A store that a test fills and looks into; every collection has a name that no other test uses."""

    clock: FrozenClock

    def name(self, collection: str) -> str: ...
    async def create(self, collection: str, vectors: tuple[str, ...] = ()) -> None: ...
    async def put(self, ref: PointRef, payload: Payload, vectors: tuple[str, ...] = ()) -> None: ...
    async def payload(self, ref: PointRef) -> Payload | None: ...
    async def delete(self, ref: PointRef) -> None: ...
    async def drop(self, collection: str) -> None: ...
    async def alias(self, alias: str, collection: str) -> None: ...
    def pending(self, rules: Rules | None = None, scope: Scope | None = None) -> PendingMessages: ...


@dataclass
class FakeWorld:
    clock: FrozenClock = field(default_factory=FrozenClock)
    store: FakeStore = field(default_factory=FakeStore)

    def name(self, collection: str) -> str:
        return collection

    async def create(self, collection: str, vectors: tuple[str, ...] = ()) -> None:
        self.store.collections[collection] = {}

    async def put(self, ref: PointRef, payload: Payload, vectors: tuple[str, ...] = ()) -> None:
        self.store.collections[ref.collection][ref.point_id] = dict(payload)
        self.store.vectors[ref] = {name: array("f", VECTOR) for name in vectors or ("",)}

    async def payload(self, ref: PointRef) -> Payload | None:
        return self.store.get(ref)

    async def delete(self, ref: PointRef) -> None:
        del self.store.collections[ref.collection][ref.point_id]

    async def drop(self, collection: str) -> None:
        del self.store.collections[collection]

    async def alias(self, alias: str, collection: str) -> None:
        self.store.aliases[alias] = collection

    def pending(self, rules: Rules | None = None, scope: Scope | None = None) -> PendingMessages:
        scope = scope or Scope()
        return FakePending(
            self.store,
            self.clock,
            rules,
            patterns=scope.collections,
            adopt=scope.adopt,
            page_size=scope.page_size,
            max_wait=scope.max_wait,
        )


@dataclass
class QdrantWorld:
    server: Server
    clock: FrozenClock = field(default_factory=FrozenClock)
    suffix: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    created: list[str] = field(default_factory=list)

    @property
    def client(self) -> AsyncQdrantClient:
        return self.server.client

    def name(self, collection: str) -> str:
        """The engine is shared by all tests; a prefix keeps what the rules read at a name's end."""
        return f"t{self.suffix}.{collection}"

    async def create(self, collection: str, vectors: tuple[str, ...] = ()) -> None:
        size = models.VectorParams(size=len(VECTOR), distance=models.Distance.COSINE)
        config = dict.fromkeys(vectors, size) if vectors else size
        await self.client.create_collection(collection, vectors_config=config)
        await create_indexes(self.client, collection)
        self.created.append(collection)

    async def put(self, ref: PointRef, payload: Payload, vectors: tuple[str, ...] = ()) -> None:
        vector: models.VectorStruct = dict.fromkeys(vectors, VECTOR) if vectors else VECTOR
        point = models.PointStruct(id=api_id(ref), vector=vector, payload=dict(payload))
        await self.client.upsert(ref.collection, [point], wait=True)

    async def payload(self, ref: PointRef) -> Payload | None:
        records = await self.client.retrieve(ref.collection, [api_id(ref)], with_payload=True)
        return records[0].payload if records else None

    async def delete(self, ref: PointRef) -> None:
        await self.client.delete(ref.collection, [api_id(ref)], wait=True)

    async def drop(self, collection: str) -> None:
        await self.client.delete_collection(collection)
        self.created.remove(collection)

    async def alias(self, alias: str, collection: str) -> None:
        change = models.CreateAlias(collection_name=collection, alias_name=alias)
        operation = models.CreateAliasOperation(create_alias=change)
        await self.client.update_collection_aliases(change_aliases_operations=[operation])

    def pending(self, rules: Rules | None = None, scope: Scope | None = None) -> PendingMessages:
        return QdrantPending(self.server, self.clock, rules, scope)

    async def clean(self) -> None:
        for collection in self.created:
            await self.client.delete_collection(collection)


@asynccontextmanager
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[QdrantWorld]:
    """The world of a fixture's parameter, tidied up at the end."""
    outside = request.param == "server"
    url = os.environ["QDRANT_URL"] if outside else request.getfixturevalue("embedded_url")
    async with connected(url, api_key=os.environ.get("QDRANT_API_KEY") if outside else None) as server:
        world = QdrantWorld(server)
        yield world
        await world.clean()

"""What the plan pass does on a real engine, beyond what every store promises."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Any

import httpx
import orjson

from enrichment.adapters.qdrant.pending import QdrantPending, Scope
from enrichment.domain.messages import Pending, PointRef
from tests.adapters.qdrant.worlds import NOW, QdrantWorld

HELLO = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}
PENDING = {**HELLO, "enrichment_status": "pending"}


async def filled(world: QdrantWorld, payload: dict[str, Any], count: int) -> str:
    collection = world.name("ada")
    await world.create(collection)
    for number in range(1, count + 1):
        await world.put(PointRef(collection, str(number)), payload)
    return collection


class Watched(httpx.AsyncHTTPTransport):
    """Keeps what was asked, and takes too long for pages above a size."""

    def __init__(self, most: int = 10_000) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []
        self._most = most

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(orjson.loads(request.content))
        if self.asked[-1]["limit"] > self._most:
            raise httpx.ReadTimeout("slow", request=request)
        return await super().handle_async_request(request)


async def listed(world: QdrantWorld, collection: str, transport: Watched, scope: Scope) -> list[Pending]:
    async with httpx.AsyncClient(base_url=world.server.http.base_url, transport=transport) as http:
        pending = QdrantPending(replace(world.server, http=http), world.clock, scope=scope)
        return list(chain.from_iterable([page async for page in pending.backlog(collection)]))


async def test_a_pass_asks_for_three_fields_by_status_and_never_by_time(qdrant: QdrantWorld) -> None:
    collection = await filled(qdrant, PENDING, 1)
    transport = Watched()

    await listed(qdrant, collection, transport, Scope())

    assert transport.asked == [
        {
            "filter": {"must": [{"key": "enrichment_status", "match": {"value": "pending"}}]},
            "limit": 5000,
            "with_payload": ["user_id", "bot_name", "timestamp", "timestamp_unix", "created_at"],
            "with_vector": False,
        }
    ]


async def test_pages_that_take_too_long_are_asked_for_again_in_smaller_ones(qdrant: QdrantWorld) -> None:
    collection = await filled(qdrant, PENDING, 3)
    transport = Watched(most=700)

    found = await listed(qdrant, collection, transport, Scope())

    assert [asked["limit"] for asked in transport.asked] == [5000, 625]
    assert [item.point_id for item in found] == ["1", "2", "3"]


async def test_names_are_kept_once_for_all_points(qdrant: QdrantWorld) -> None:
    found = await listed(qdrant, await filled(qdrant, PENDING, 5), Watched(), Scope(page_size=2))

    assert len({id(item.user_id) for item in found}) == 1


async def test_only_young_messages_are_adopted_and_stamped_ones_whatever_their_age(qdrant: QdrantWorld) -> None:
    collection = await filled(qdrant, HELLO, 1)
    old = (NOW - timedelta(days=40)).isoformat()
    await qdrant.put(PointRef(collection, "2"), {**HELLO, "timestamp": old})
    await qdrant.put(PointRef(collection, "3"), {**PENDING, "timestamp": old})
    await qdrant.put(PointRef(collection, "4"), {**HELLO, "timestamp": None})

    found = await listed(qdrant, collection, Watched(), Scope(adopt=True, adopt_max_age=timedelta(days=30)))

    assert [item.point_id for item in found] == ["1", "3", "4"]


async def test_a_pass_may_end_while_others_write(qdrant: QdrantWorld) -> None:
    collection = await filled(qdrant, PENDING, 6)
    pages = qdrant.pending(scope=Scope(page_size=2)).backlog(collection)

    first = await anext(pages)
    await qdrant.delete(PointRef(collection, "4"))
    await qdrant.put(PointRef(collection, "7"), PENDING)
    rest = list(chain.from_iterable([page async for page in pages]))

    assert [item.point_id for item in (*first, *rest)] == ["1", "2", "3", "5", "6", "7"]


async def test_a_collection_that_vanishes_between_two_pages_ends_the_pass(qdrant: QdrantWorld) -> None:
    collection = await filled(qdrant, PENDING, 3)
    pages = qdrant.pending(scope=Scope(page_size=2)).backlog(collection)

    first = await anext(pages)
    await qdrant.drop(collection)

    assert len(first) == 2
    assert [page async for page in pages] == []

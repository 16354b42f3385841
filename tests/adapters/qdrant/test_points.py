"""Every point is seen as it is, whatever the index says of it, and is opened again by its id alone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from enrichment.adapters.embedded import embedded_blocking
from enrichment.adapters.qdrant.points import QdrantPoints
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import Server, connected
from enrichment.adapters.qdrant.settling import Settler
from enrichment.domain.messages import PointRef
from enrichment.domain.text import content_hash
from enrichment.domain.upkeep import SeenPoint
from tests.adapters.embedded.processes import reachable_folder
from tests.adapters.qdrant.clients import OnlyNoted, Recording
from tests.adapters.qdrant.tearing import tear
from tests.adapters.qdrant.worlds import FrozenClock, QdrantWorld

HELLO = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}
DONE = {**HELLO, "enrichment_status": "completed"}


def points_of(server: Server) -> QdrantPoints:
    return QdrantPoints(server, FrozenClock(), Rules(), Settler(server, Rules()))


async def filled(world: QdrantWorld, *ids: str, **payload: object) -> list[PointRef]:
    collection = world.name("ada")
    await world.create(collection)
    refs = [PointRef(collection, point_id) for point_id in ids]
    for ref in refs:
        await world.put(ref, DONE | payload)
    return refs


async def walk(points: QdrantPoints, collection: str, limit: int) -> AsyncIterator[SeenPoint]:
    after: str | None = None
    while (page := await points.page(collection, after, limit)).last is not None:
        assert len(page.points) <= limit
        for point in page.points:
            yield point
        after = page.last


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_a_walk_meets_every_point_once_whatever_the_size_of_its_steps(qdrant: QdrantWorld, limit: int) -> None:
    uuids = [f"0000000{n}-0000-4000-8000-000000000000" for n in range(3)]
    refs = await filled(qdrant, "1", "20", "3", *uuids)

    seen = [point.ref async for point in walk(points_of(qdrant.server), refs[0].collection, limit)]

    assert sorted(seen) == sorted(refs)
    assert len(seen) == len(refs)


async def test_a_walk_goes_on_where_its_last_point_was_deleted(qdrant: QdrantWorld) -> None:
    refs = await filled(qdrant, "1", "2", "3", "4")
    points = points_of(qdrant.server)
    page = await points.page(refs[0].collection, None, 2)
    await qdrant.delete(refs[1])

    following = await points.page(refs[0].collection, page.last, 2)

    assert [point.ref for point in following.points] == refs[2:]


async def test_a_point_is_seen_with_all_that_is_compared(qdrant: QdrantWorld) -> None:
    [ref] = await filled(qdrant, "1")

    [seen] = await points_of(qdrant.server).look([ref, replace(ref, point_id="2")])

    assert (seen.user_id, seen.status, seen.indexed_pending) == ("u1", "completed", False)
    assert seen.content_hash == content_hash("user", "Hello!")
    assert seen.said_at is not None


async def test_a_message_without_all_of_its_chunks_has_no_hash_to_compare(qdrant: QdrantWorld) -> None:
    chunk = {"is_chunk": True, "parent_message_id": "p", "chunk_total": 2}
    [ref] = await filled(qdrant, "1", chunk_index=0, **chunk)
    points = points_of(qdrant.server)
    [alone] = await points.look([ref])
    await qdrant.put(replace(ref, point_id="2"), DONE | chunk | {"chunk_index": 1})

    [whole] = await points.look([ref])

    assert alone.content_hash is None
    assert whole.content_hash is not None


async def test_points_are_opened_again_by_their_ids_and_the_missing_are_gone(qdrant: QdrantWorld) -> None:
    refs = await filled(qdrant, "1", "2")
    missing = replace(refs[0], point_id="99")
    elsewhere = PointRef(qdrant.name("nowhere"), "1")
    client = Recording(url=str(qdrant.server.http.base_url), check_compatibility=False, limits=httpx.Limits())

    reopened = await points_of(replace(qdrant.server, client=client)).reopen([*refs, missing, elsewhere])

    assert sorted(reopened.verified) == refs
    assert set(reopened.gone) == {missing, elsewhere}
    assert {tuple(conditions) for _, conditions in client.writes} == {("HasIdCondition",)}
    await client.close()


async def test_a_write_that_was_only_noted_is_not_verified(qdrant: QdrantWorld) -> None:
    refs = await filled(qdrant, "1")
    client = OnlyNoted(url=str(qdrant.server.http.base_url), check_compatibility=False, limits=httpx.Limits())

    reopened = await points_of(replace(qdrant.server, client=client)).reopen(refs)

    assert (reopened.verified, reopened.gone) == ((), ())
    await client.close()


async def test_a_collection_that_has_gone_has_no_points(qdrant: QdrantWorld) -> None:
    points, nowhere = points_of(qdrant.server), qdrant.name("nowhere")

    assert await points.count(nowhere) == 0
    assert (await points.page(nowhere, None, 10)).points == ()
    assert await points.look([PointRef(nowhere, "1")]) == []


@pytest.fixture
async def torn() -> AsyncIterator[Server]:
    with reachable_folder() as folder:
        tear(folder / "data" / "qdrant")
        with embedded_blocking(folder / "data") as servers:
            async with connected(servers.qdrant_url) as server:
                yield server


async def test_what_a_torn_index_hides_or_shows_wrongly_is_seen_and_healed_by_writing_it_again(torn: Server) -> None:
    points = points_of(torn)
    seen = {int(point.ref.point_id): point async for point in walk(points, "chat", 7)}
    hidden = [point.ref for point in seen.values() if point.status == "pending" and not point.indexed_pending]
    shown = [point for point in seen.values() if point.status == "completed" and point.indexed_pending]

    await points.reopen(hidden)

    assert (len(hidden), len(shown)) == (10, 10)
    assert all(point.indexed_pending for point in await points.look(hidden))

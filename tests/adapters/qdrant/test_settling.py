"""What settling does on a real engine, beyond what every store promises."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

import httpx
from qdrant_client import AsyncQdrantClient

from enrichment.adapters.qdrant.pending import QdrantPending
from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Outcome, Settled, Settlement
from enrichment.domain.text import content_hash
from enrichment.producer import revision, stamp
from tests.adapters.qdrant.clients import OnlyNoted, Recording, Slow, Strict
from tests.adapters.qdrant.worlds import QdrantWorld

Client = TypeVar("Client", bound=AsyncQdrantClient)
HELLO = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}


@asynccontextmanager
async def with_client(world: QdrantWorld, kind: Callable[..., Client]) -> AsyncIterator[tuple[Client, QdrantPending]]:
    """The same server through another client."""
    client = kind(url=str(world.server.http.base_url), check_compatibility=False, limits=httpx.Limits())
    yield client, QdrantPending(replace(world.server, client=client), world.clock)
    await client.close()


async def stamped(world: QdrantWorld, count: int = 1) -> list[PointRef]:
    collection = world.name("ada")
    await world.create(collection)
    refs = [PointRef(collection, str(number)) for number in range(1, count + 1)]
    for ref in refs:
        await world.put(ref, stamp(HELLO, ref.point_id))
    return refs


def ended(ref: PointRef, text: str = "Hello!", rev: str | None = None) -> Settlement:
    done = content_hash("user", text)
    return Settlement(ref=ref, outcome=Outcome.COMPLETED, reason=None, content_hash=done, revision=rev)


def read_as(ref: PointRef, text: str = "Hello!") -> Settlement:
    return ended(ref, text, revision(ref.point_id, text))


async def test_no_write_ever_selects_by_the_field_that_it_sets(qdrant: QdrantWorld) -> None:
    refs = await stamped(qdrant, 3)

    async with with_client(qdrant, Recording) as (client, pending):
        await pending.settle([read_as(refs[0]), ended(refs[1]), ended(refs[2], "another text")])

    done = {"enrichment_status": "completed"}
    assert client.writes == [
        (done, ["HasIdCondition", "FieldCondition"]),
        (done, ["HasIdCondition"]),
        ({"enrichment_status": "pending"}, ["HasIdCondition"]),
    ]


async def test_with_revisions_a_new_text_is_never_marked_as_done(qdrant: QdrantWorld) -> None:
    (ref,) = await stamped(qdrant)

    async with with_client(qdrant, Recording) as (client, pending):
        settled = await pending.settle([read_as(ref, "what it said before")])

    assert settled == Settled(changed=(ref,))
    assert [payload for payload, _ in client.writes] == [{"enrichment_status": "completed"}]


async def test_a_text_that_was_stamped_anew_without_changing_settles(qdrant: QdrantWorld) -> None:
    (ref,) = await stamped(qdrant)

    assert await qdrant.pending().settle([ended(ref, rev="an older stamp")]) == Settled(verified=(ref,))


async def test_what_the_server_only_took_note_of_is_not_verified(qdrant: QdrantWorld) -> None:
    (ref,) = await stamped(qdrant)

    async with with_client(qdrant, OnlyNoted) as (_, pending):
        assert await pending.settle([ended(ref)]) == Settled()
        assert await pending.settle([ended(ref, "another text")]) == Settled()

    assert await qdrant.pending().settle([ended(ref)]) == Settled(verified=(ref,))


async def test_a_server_that_forbids_filters_by_revision_settles_by_ids(qdrant: QdrantWorld) -> None:
    refs = await stamped(qdrant, 2)

    async with with_client(qdrant, Strict) as (_, pending):
        settled = await pending.settle([read_as(ref) for ref in refs])

    assert settled == Settled(verified=tuple(refs))


async def test_pages_shrink_until_the_server_keeps_up(qdrant: QdrantWorld) -> None:
    refs = await stamped(qdrant, 10)

    async with with_client(qdrant, Slow) as (client, pending):
        fetched = await pending.fetch("u1", refs)

    assert len(fetched.messages) == 10
    assert client.asked[:2] == [10, 2]


async def test_more_than_a_thousand_settle_in_several_operations(qdrant: QdrantWorld) -> None:
    (ref,) = await stamped(qdrant)
    ghosts = [PointRef(ref.collection, str(number)) for number in range(2, 1502)]

    async with with_client(qdrant, Recording) as (client, pending):
        settled = await pending.settle([ended(each) for each in [ref, *ghosts]])

    assert len(client.writes) == 2
    assert (settled.verified, len(settled.gone)) == ((ref,), 1500)

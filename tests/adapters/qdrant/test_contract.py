"""What every adapter of ``PendingMessages`` promises, the fake one included."""

from datetime import timedelta
from itertools import chain

import pytest

from enrichment.adapters.qdrant.pending import Scope
from enrichment.domain.messages import Fetched, Message, Pending, PointRef, Skipped
from enrichment.domain.outcomes import Outcome, Settled, Settlement
from enrichment.domain.text import content_hash
from enrichment.ports import PendingMessages
from enrichment.producer import stamp
from tests.adapters.qdrant.generations import NAMES, RULES, generation, stored, told
from tests.adapters.qdrant.worlds import NOW, World

HELLO: dict[str, object] = {
    "user_id": "u1",
    "content": "Hello!",
    "role": "user",
    "timestamp": "2026-03-08T11:00:00Z",
    "enrichment_status": "pending",
}


async def all_pending(pending: PendingMessages, collection: str) -> list[Pending]:
    pages = [page async for page in pending.backlog(collection)]
    return list(chain.from_iterable(pages))


def everything(fetched: Fetched) -> list[Message | Skipped]:
    return [*fetched.messages, *fetched.skipped]


def ended(ref: PointRef, text: str = "Hello!", outcome: Outcome = Outcome.COMPLETED) -> Settlement:
    return Settlement(ref=ref, outcome=outcome, reason=None, content_hash=content_hash("user", text))


async def chat(world: World, *points: dict[str, object], name: str = "ada") -> list[PointRef]:
    """Create a collection of these payloads with the ids 1, 2, …"""
    collection = world.name(name)
    await world.create(collection)
    refs = [PointRef(collection, str(number)) for number in range(1, len(points) + 1)]
    for ref, payload in zip(refs, points, strict=True):
        await world.put(ref, payload)
    return refs


@pytest.mark.parametrize("name", NAMES)
async def test_every_generation_of_payloads_is_read_as_expected(world: World, name: str) -> None:
    collection = await stored(world, name)
    pending = world.pending(RULES)

    users = {item.user_id for item in await all_pending(pending, collection)}
    refs = [PointRef(collection, str(point["id"])) for point in generation(name).points]
    fetched = [await pending.fetch(user, refs) for user in users]

    items = [item for each in fetched for item in everything(each)]
    seen = {item.ref.point_id: item for item in items}
    expected = generation(name).expected
    assert [told(seen.pop(each["id"]), each) for each in expected] == expected
    assert not seen


@pytest.mark.parametrize("name", NAMES)
async def test_every_point_of_every_generation_can_be_settled(world: World, name: str) -> None:
    collection = await stored(world, name)
    pending = world.pending(RULES)
    refs = [PointRef(collection, str(point["id"])) for point in generation(name).points]
    users = {item.user_id for item in await all_pending(pending, collection)}
    fetched = [await pending.fetch(user, refs) for user in users]
    read = [(ref, item.content_hash) for each in fetched for item in each.messages for ref in item.points]
    skipped = [(item.ref, item.content_hash) for each in fetched for item in each.skipped]

    settled = await pending.settle(
        [Settlement(ref=ref, outcome=Outcome.COMPLETED, reason=None, content_hash=done) for ref, done in read]
        + [Settlement(ref=ref, outcome=Outcome.SKIPPED, reason="x", content_hash=done) for ref, done in skipped]
    )

    assert sorted(settled.verified) == sorted(refs)
    assert await all_pending(pending, collection) == []


async def test_collections_are_found_by_name_or_alias_under_their_real_names_once(world: World) -> None:
    for name in ("one_7d", "two_7d", "other"):
        await world.create(world.name(name))
    await world.alias(world.name("one"), world.name("one_7d"))

    patterns = (world.name("one"), world.name("*_7d"))
    found = await world.pending(scope=Scope(collections=patterns)).collections()

    assert found == [world.name("one_7d"), world.name("two_7d")]


async def test_the_backlog_yields_each_pending_point_once_in_pages(world: World) -> None:
    refs = await chat(world, *[HELLO] * 5, {**HELLO, "enrichment_status": "completed"}, {**HELLO, "timestamp": "?"})
    pending = world.pending(scope=Scope(page_size=2))

    pages = [page async for page in pending.backlog(refs[0].collection)]

    found = list(chain.from_iterable(pages))
    assert [len(page) for page in pages] == [2, 2, 2]
    assert sorted(item.point_id for item in found) == ["1", "2", "3", "4", "5", "7"]
    assert {item.point_id: item.at for item in found}["7"] is None
    assert {item.user_id for item in found} == {"u1"}


async def test_messages_without_a_status_are_pending_in_adopt_mode_alone(world: World) -> None:
    bare = {name: value for name, value in HELLO.items() if name != "enrichment_status"}
    collection = (await chat(world, bare, HELLO, {**HELLO, "enrichment_status": "skipped"}))[0].collection

    usual = await all_pending(world.pending(), collection)
    adopting = await all_pending(world.pending(scope=Scope(adopt=True)), collection)

    assert [item.point_id for item in usual] == ["2"]
    assert sorted(item.point_id for item in adopting) == ["1", "2"]


async def test_number_and_text_are_one_user_and_the_namespace_keeps_products_apart(world: World) -> None:
    refs = await chat(world, {**HELLO, "user_id": 1}, {**HELLO, "user_id": "1"})
    rules = type(RULES)(namespaces={refs[0].collection: "shop"})

    fetched = await world.pending(rules).fetch("shop:1", refs)

    assert [message.user_id for message in fetched.messages] == ["shop:1", "shop:1"]


async def test_fetch_returns_messages_in_order_and_says_what_is_not_there(world: World) -> None:
    later = {**HELLO, "timestamp": "2026-03-08T11:30:00Z"}
    refs = await chat(world, later, HELLO, {**HELLO, "user_id": "another"})
    missing = PointRef(refs[0].collection, "99")

    fetched = await world.pending().fetch("u1", [*refs, missing])

    assert [message.ref for message in fetched.messages] == [refs[1], refs[0]]
    assert sorted(fetched.gone) == sorted([refs[2], missing])


async def test_settling_twice_is_harmless(world: World) -> None:
    (ref,) = await chat(world, HELLO)
    pending = world.pending()

    first, second = await pending.settle([ended(ref)]), await pending.settle([ended(ref)])

    assert first == second == Settled(verified=(ref,))
    assert await world.payload(ref) == {**HELLO, "enrichment_status": "completed"}


async def test_a_text_that_changed_while_it_was_read_is_pending_again(world: World) -> None:
    refs = await chat(world, HELLO, {**HELLO, "content": "Edited!"})
    pending = world.pending()

    settled = await pending.settle([ended(ref) for ref in refs])

    assert settled == Settled(verified=(refs[0],), changed=(refs[1],))
    assert [item.point_id for item in await all_pending(pending, refs[0].collection)] == ["2"]


async def test_a_point_that_is_gone_is_told_and_never_created_again(world: World) -> None:
    refs = await chat(world, HELLO, HELLO)
    await world.delete(refs[1])

    settled = await world.pending().settle([ended(ref) for ref in refs])

    assert settled == Settled(verified=(refs[0],), gone=(refs[1],))
    assert await world.payload(refs[1]) is None


async def test_all_outcomes_settle_in_one_go(world: World) -> None:
    refs = await chat(world, HELLO, HELLO, HELLO)

    await world.pending().settle([ended(ref, outcome=each) for ref, each in zip(refs, Outcome, strict=True)])

    payloads = [await world.payload(ref) or {} for ref in refs]
    assert [payload["enrichment_status"] for payload in payloads] == ["completed", "skipped", "quarantined"]


async def test_a_vanished_collection_has_nothing_and_breaks_nothing(world: World) -> None:
    refs = await chat(world, HELLO)
    await world.drop(refs[0].collection)
    pending = world.pending()

    assert await all_pending(pending, refs[0].collection) == []
    assert (await pending.fetch("u1", refs)).gone == tuple(refs)
    assert await pending.settle([ended(refs[0])]) == Settled()


def chunk(index: int, text: str) -> dict[str, object]:
    place = {"is_chunk": True, "chunk_index": index, "chunk_total": 3, "parent_message_id": "p1"}
    return {**HELLO, **place, "content": text, "timestamp": "2026-03-08T11:58:00Z"}


async def test_a_message_waits_for_its_missing_chunks_and_then_goes_on_without_them(world: World) -> None:
    refs = await chat(world, chunk(0, "It began in the harbour"), chunk(2, "and ended at sea."))
    pending = world.pending(scope=Scope(max_wait=timedelta(minutes=5)))

    early = await pending.fetch("u1", refs)
    world.clock.at = NOW + timedelta(minutes=5)
    late = await pending.fetch("u1", refs)

    assert sorted(early.waiting) == refs
    assert early.messages == ()
    assert [(message.text, message.partial) for message in late.messages] == [
        ("It began in the harbour … and ended at sea.", True)
    ]


async def test_a_late_chunk_brings_its_whole_message_along(world: World) -> None:
    first, last, late = await chat(
        world, chunk(0, "It began in the harbour"), chunk(2, "and ended at sea."), chunk(1, "went on for days")
    )
    pending = world.pending()

    fetched = await pending.fetch("u1", [late])

    assert [message.text for message in fetched.messages] == [
        "It began in the harbour went on for days and ended at sea."
    ]
    assert fetched.messages[0].points == (first, late, last)


async def test_chunks_are_settled_by_what_their_whole_message_said(world: World) -> None:
    refs = await chat(world, chunk(0, "one"), chunk(1, "two"), chunk(2, "three"))
    pending = world.pending()
    (message,) = (await pending.fetch("u1", refs)).messages
    await world.put(refs[1], chunk(1, "another two"))

    settled = await pending.settle(
        [Settlement(ref=ref, outcome=Outcome.COMPLETED, reason=None, content_hash=message.content_hash) for ref in refs]
    )

    assert sorted(settled.changed) == refs
    assert len(await all_pending(pending, refs[0].collection)) == 3


async def test_what_the_producer_stamps_is_pending_and_settles(world: World) -> None:
    payload = stamp({name: value for name, value in HELLO.items() if name != "enrichment_status"}, 1)
    (ref,) = await chat(world, payload)
    pending = world.pending()

    (message,) = (await pending.fetch("u1", [ref])).messages
    settlement = Settlement(
        ref=ref,
        outcome=Outcome.COMPLETED,
        reason=None,
        content_hash=message.content_hash,
        revision=message.revision,
    )

    assert await pending.settle([settlement]) == Settled(verified=(ref,))

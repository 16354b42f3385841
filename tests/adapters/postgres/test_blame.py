"""Who is to blame when a process dies: at first all that it had in hand, at last one message by itself."""

import asyncio
import uuid
from decimal import Decimal

import pytest

from enrichment.adapters.postgres.pool import Database
from enrichment.domain.messages import Message
from enrichment.errors import ModelFailure
from enrichment.ports import UnfinishedBatch
from tests.adapters.postgres.examples import USER, Stage, a_message, an_answer

RUN_OUT = "update users set lease_until = clock_timestamp() - interval '1 second'"
BLAMED = "select distinct crashes, largest_batch from attempts where user_id = $1"


async def die(database: Database, *in_hand: Message) -> None:
    """Be a process that dies with one batch of these messages in hand."""
    process = Stage(database)
    await process.open(await process.claim(), *in_hand)
    await process.execute(RUN_OUT)


async def die_beside_others(database: Database, message: Message, *others: str) -> None:
    """Be a process that dies with a batch of this message in hand, and one of each of these users."""
    process = Stage(database)
    await process.open(await process.claim(), message)
    for user in others:
        await process.open(await process.claim(user), a_message(f"of {user}", user_id=user))
    await process.execute(RUN_OUT)


async def die_elsewhere(database: Database) -> str:
    """Be a process that dies with nothing but another user in hand, and return them."""
    process = Stage(database)
    lease = await process.claim(f"user-{uuid.uuid4()}")
    await process.execute(RUN_OUT)
    return lease.user_id


async def take_over(database: Database) -> tuple[UnfinishedBatch, list[str]]:
    """Be the successor: return the batch that was found, and what was quarantined for the death over it."""
    successor = Stage(database)
    lease = await successor.claim()
    found = await successor.open_batches.unfinished(lease)
    assert found is not None
    quarantined = await successor.open_batches.fail(found.batch_id, ModelFailure.CRASH, lease, parts=8)
    await successor.leases.release(lease, served=False)
    return found, [ref.point_id for ref in quarantined]


async def test_what_a_process_died_with_alone_comes_back_in_eighths(database: Database, stage: Stage) -> None:
    await die(database, *(a_message(f"m{number}") for number in range(64)))

    found, _ = await take_over(database)

    assert found.in_hand == 1
    assert await stage.rows(BLAMED, USER) == [{"crashes": 1, "largest_batch": 8}]


async def test_what_it_died_with_among_others_comes_back_whole(database: Database, stage: Stage) -> None:
    await die_beside_others(database, a_message("m1"), "bob", "eve")

    found, _ = await take_over(database)

    assert found.in_hand == 3
    assert await stage.rows(BLAMED, USER) == [{"crashes": 1, "largest_batch": None}]


async def test_all_users_of_a_dead_process_count_although_others_were_finished_first(database: Database) -> None:
    await die_beside_others(database, a_message("m1"), "bob")
    successor = Stage(database)
    bobs = await successor.claim("bob")
    found = await successor.open_batches.unfinished(bobs)
    assert found is not None
    await successor.open_batches.fail(found.batch_id, ModelFailure.CRASH, bobs, parts=8)

    ours, _ = await take_over(database)

    assert ours.in_hand == 2


async def test_a_batch_that_was_left_behind_by_the_living_is_no_death(database: Database, stage: Stage) -> None:
    lease = await stage.claim()
    await stage.open(lease, a_message("m1"))
    await stage.leases.release(lease, served=False)
    successor = Stage(database)

    found = await successor.open_batches.unfinished(await successor.claim())

    assert found is not None
    assert found.in_hand == 0


async def test_a_process_that_only_stalled_may_die_later(database: Database, stage: Stage) -> None:
    await stage.claim()
    await stage.execute(RUN_OUT)
    await Stage(database).leases.claim(USER)
    await stage.execute(RUN_OUT)
    await stage.open(await stage.claim(), a_message("m1"))
    await stage.execute(RUN_OUT)

    found, _ = await take_over(database)

    assert found.in_hand == 1


async def test_a_message_that_each_death_had_in_hand_is_guilty_at_the_third(database: Database) -> None:
    message = a_message("m1")
    ends = []
    for others in (63, 7, 0):
        await die(database, message, *(a_message(f"x{number}") for number in range(others)))
        ends.append((await take_over(database))[1])

    assert ends == [[], [], ["m1"]]


@pytest.mark.parametrize("found", [0, 1])
async def test_where_processes_die_without_it_a_message_is_not_guilty(database: Database, found: int) -> None:
    message = a_message("m1")
    ends = []
    for others in (63, 7, 0):
        left = [await die_elsewhere(database)]
        await die(database, message, *(a_message(f"x{number}") for number in range(others)))
        await asyncio.gather(*(Stage(database).claim(user) for user in left[:found]))
        ends.append((await take_over(database))[1])

    assert ends == [[], [], []]


async def test_wherever_processes_die_a_message_is_guilty_at_the_third_death_with_it_alone(database: Database) -> None:
    ends = []
    for _ in range(3):
        await die(database, a_message("m1"))
        ends.append((await take_over(database))[1])
        await die_elsewhere(database)

    assert ends == [[], [], ["m1"]]


async def test_a_message_that_always_died_beside_others_is_never_guilty(database: Database) -> None:
    ends = []
    for number in range(5):
        await die_beside_others(database, a_message("m1"), f"bob{number}")
        ends.append((await take_over(database))[1])

    assert ends == [[]] * 5


async def test_only_the_part_that_was_being_read_is_blamed_and_the_batch_stays_open(
    database: Database, stage: Stage
) -> None:
    messages = [a_message(f"m{number}") for number in range(9)]
    process = Stage(database)
    opened = await process.open(await process.claim(), *messages)
    await process.calls.answered(await process.calls.reserve(opened, "stub", Decimal(1)), an_answer())
    await process.execute(RUN_OUT)
    lease = await stage.claim()
    found = await stage.open_batches.unfinished(lease)
    assert found is not None

    await stage.open_batches.take_up(found, [(one.ref, one.content_hash) for one in messages[:3]], lease)

    blamed = "select crashes, largest_batch from attempts where crashes > 0"
    assert await stage.rows(blamed) == [{"crashes": 1, "largest_batch": 1}] * 3
    taken = await stage.open_batches.unfinished(lease)
    assert taken is not None
    assert (taken.answer, taken.in_hand, taken.resumed) == (an_answer(), 0, 1)

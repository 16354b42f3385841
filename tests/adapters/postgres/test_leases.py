"""One worker at a time for a user, by the database's clock."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from enrichment.adapters.postgres.leases import PostgresLeases
from enrichment.adapters.postgres.pool import Database
from enrichment.errors import LeaseLost
from tests.adapters.postgres.examples import USER, Stage

RUN_OUT = "update users set lease_until = clock_timestamp() - interval '1 second'"


@pytest.fixture
def other(database: Database) -> Stage:
    """Another worker on the same database."""
    return Stage(database)


async def test_a_user_never_seen_before_can_be_claimed(stage: Stage) -> None:
    lease = await stage.leases.claim("new")

    assert lease is not None
    assert (lease.user_id, lease.owner, lease.fence) == ("new", stage.owner, 1)


async def test_a_user_who_is_held_cannot_be_claimed_not_even_by_the_same_worker(stage: Stage, other: Stage) -> None:
    await stage.claim()

    assert await other.leases.claim(USER) is None
    assert await stage.leases.claim(USER) is None


async def test_of_many_who_claim_at_once_one_gets_the_user(database: Database) -> None:
    claims = await asyncio.gather(*(Stage(database).leases.claim(USER) for _ in range(20)))

    assert sum(claim is not None for claim in claims) == 1


async def test_a_claim_never_waits_for_a_commit_in_progress(stage: Stage, other: Stage) -> None:
    await stage.leases.release(await stage.claim(), served=True)

    async with stage.database.connection() as connection, connection.transaction():
        await connection.execute("select * from users for update")
        claimed = await asyncio.wait_for(other.leases.claim(USER), 2)

    assert claimed is None


async def test_a_lease_that_ran_out_goes_to_the_next_with_a_higher_fence(stage: Stage, other: Stage) -> None:
    first = await stage.claim()
    await stage.execute(RUN_OUT)

    second = await other.claim()

    assert second.fence > first.fence
    with pytest.raises(LeaseLost):
        await stage.leases.renew(first)


async def test_renewing_prolongs_from_now(stage: Stage) -> None:
    lease = await stage.claim()
    await stage.execute(RUN_OUT)

    await stage.leases.renew(lease)

    assert await stage.value("select lease_until > clock_timestamp() + interval '50 seconds' from users")


async def test_release_after_a_turn_moves_the_user_to_the_end_of_the_line(stage: Stage, other: Stage) -> None:
    await stage.leases.release(await stage.claim(), served=True)

    assert await stage.value("select served_at is not null from users")
    assert await other.leases.claim(USER) is not None


async def test_release_without_a_turn_keeps_the_place_in_the_line(stage: Stage) -> None:
    await stage.leases.release(await stage.claim(), served=False)

    assert await stage.value("select served_at from users") is None


async def test_release_of_a_lost_lease_is_harmless(stage: Stage, other: Stage) -> None:
    lost = await stage.claim()
    await stage.execute(RUN_OUT)
    held = await other.claim()

    await stage.leases.release(lost, served=True)

    assert await stage.rows("select owner, fence from users") == [{"owner": held.owner, "fence": held.fence}]


async def test_a_request_is_answered_by_the_turn_that_saw_it(stage: Stage) -> None:
    await stage.backlog.request(USER)

    await stage.leases.release(await stage.claim(), served=True)

    assert await stage.value("select requested_at from users") is None


async def test_a_request_during_a_turn_waits_for_the_next(stage: Stage) -> None:
    lease = await stage.claim()
    await stage.backlog.request(USER)

    await stage.leases.release(lease, served=True)

    assert await stage.value("select requested_at is not null from users")


async def test_a_lease_below_two_seconds_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="shorter"):
        PostgresLeases(database, owner=uuid.uuid4(), length=timedelta(seconds=1))

"""Who has messages waiting is seen whole, in any order of passes, planners and deaths."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from enrichment.adapters.postgres.backlog import MEAN_TOKENS, PostgresBacklog
from enrichment.adapters.postgres.pool import Database
from enrichment.domain.batches import UserBacklog
from enrichment.domain.messages import Pending, PointRef
from enrichment.errors import DependencyUnavailable, LeaseLost
from tests.adapters.postgres.examples import USER, Stage, a_message, pages, pending

DIED = "update plan_passes set owner = gen_random_uuid(), lease_until = now() - interval '1 second'"


async def users(backlog: PostgresBacklog) -> dict[str, UserBacklog]:
    """Return all candidates by name."""
    return {user.user_id: user async for page in backlog.candidates() for user in page}


async def points(backlog: PostgresBacklog, user_id: str = USER, limit: int = 100) -> list[str]:
    """Return the ids of a user's points, oldest first."""
    return [point.ref.point_id for point in await backlog.points(user_id, limit)]


async def breaking(page: Sequence[Pending]) -> AsyncIterator[Sequence[Pending]]:
    """Yield one page, then fail as a store that went away."""
    yield page
    raise DependencyUnavailable("qdrant", "gone")


async def test_a_pass_shows_who_waits_with_counts_and_times(stage: Stage) -> None:
    stored = await stage.backlog.replace(
        "chat", pages(pending("ada", ("a", 10.0), ("b", 20.0)), pending("bo", ("c", None)))
    )

    assert stored == 3
    found = await users(stage.backlog)
    assert found["ada"] == UserBacklog(
        user_id="ada",
        messages=2,
        oldest=datetime.fromtimestamp(10, UTC),
        newest=datetime.fromtimestamp(20, UTC),
        mean_tokens=MEAN_TOKENS,
    )
    assert (found["bo"].messages, found["bo"].oldest) == (1, None)


async def test_points_come_oldest_first_from_all_collections_odd_times_last(stage: Stage) -> None:
    await stage.backlog.replace("chat", pages(pending(USER, ("d", 4.0), ("odd", None), ("a", 1.0))))
    await stage.backlog.replace("mail", pages(pending(USER, ("c", 3.0), ("b", 2.0))))

    assert await points(stage.backlog) == ["a", "b", "c", "d", "odd"]
    assert await points(stage.backlog, limit=2) == ["a", "b"]


async def test_the_oldest_points_are_found_across_rounds_and_parts(database: Database) -> None:
    backlog = PostgresBacklog(database, round_size=1500)
    times = [(f"p{number:05}", float(number * 7919 % 5000)) for number in range(5000)]

    await backlog.replace("chat", pages(*(pending(USER, *times[at : at + 500]) for at in range(0, 5000, 500))))

    expected = [point_id for point_id, at in sorted(times, key=lambda point: point[1])]
    assert await points(backlog, limit=1234) == expected[:1234]
    assert await points(backlog, limit=9999) == expected


async def test_candidates_come_in_pages_each_user_once(database: Database) -> None:
    backlog = PostgresBacklog(database, page=3)
    await backlog.replace(
        "chat", pages([Pending(f"p{number}", f"user {number % 8}", "b", 1.0) for number in range(20)])
    )

    found = [[user.user_id for user in page] async for page in backlog.candidates()]

    assert [len(page) for page in found] == [3, 3, 2]
    assert sorted(user_id for page in found for user_id in page) == [f"user {number}" for number in range(8)]


async def test_points_without_a_user_are_candidates_too(stage: Stage) -> None:
    await stage.backlog.replace("chat", pages(pending("", ("a", 1.0))))

    assert set(await users(stage.backlog)) == {""}


async def test_a_pass_takes_the_place_of_the_last_one(stage: Stage) -> None:
    await stage.backlog.replace("chat", pages(pending(USER, ("old", 1.0))))
    await stage.backlog.replace("chat", pages(pending(USER, ("new", 1.0))))

    assert await points(stage.backlog) == ["new"]
    assert await stage.value("select count(*) from backlog") == 1


async def test_a_pass_that_breaks_off_changes_nothing_and_lets_the_next_one_in(database: Database) -> None:
    backlog = PostgresBacklog(database, round_size=1)
    await backlog.replace("chat", pages(pending(USER, ("old", 1.0))))

    with pytest.raises(DependencyUnavailable):
        await backlog.replace("chat", breaking(pending(USER, ("new", 1.0))))

    assert await points(backlog) == ["old"]
    assert await backlog.replace("chat", pages([])) == 0


async def test_what_a_dead_planner_left_is_never_seen_and_cleared_by_the_next(stage: Stage) -> None:
    await stage.execute("insert into plan_passes (collection, next_pass) values ('chat', 2)")
    await stage.execute(
        "insert into backlog (user_id, collection, pass, part, points, point_ids, said_at)"
        " values ('x', 'chat', 1, 1, 1, '{p}', '{1}')"
    )
    await stage.execute(DIED)
    assert await users(stage.backlog) == {}

    await stage.backlog.replace("chat", pages(pending(USER, ("a", 1.0))))

    assert await stage.rows("select user_id, pass from backlog") == [{"user_id": USER, "pass": 2}]


async def test_a_collection_that_is_being_planned_is_left_to_its_planner(stage: Stage) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[Sequence[Pending]]:
        begun.set()
        await go_on.wait()
        yield pending(USER, ("a", 1.0))

    first = asyncio.create_task(stage.backlog.replace("chat", slow()))
    await begun.wait()
    second = await stage.backlog.replace("chat", pages(pending(USER, ("b", 1.0))))
    elsewhere = await stage.backlog.replace("mail", pages(pending(USER, ("c", 1.0))))
    go_on.set()

    assert (await first, second, elsewhere) == (1, None, 1)
    assert await points(stage.backlog) == ["a", "c"]


async def test_a_planner_who_was_taken_for_dead_publishes_nothing(stage: Stage) -> None:
    async def overtaken() -> AsyncIterator[Sequence[Pending]]:
        yield pending(USER, ("late", 1.0))
        await stage.execute(DIED)
        await stage.backlog.replace("chat", pages(pending(USER, ("new", 1.0))))

    with pytest.raises(LeaseLost):
        await stage.backlog.replace("chat", overtaken())

    assert await points(stage.backlog) == ["new"]


async def test_a_planner_that_is_slow_but_alive_keeps_its_collection(database: Database) -> None:
    backlog = PostgresBacklog(database, lease=timedelta(milliseconds=3))

    async def slow() -> AsyncIterator[Sequence[Pending]]:
        for number in range(20):
            await Stage(database).value("select pg_sleep(0.001)")
            yield pending(USER, (f"p{number:02}", number))

    assert await backlog.replace("chat", slow()) == 20


async def test_removed_points_are_gone_until_a_pass_sees_them_again(stage: Stage) -> None:
    seen = pending(USER, ("a", 1.0), ("b", 2.0), ("c", None))
    await stage.backlog.replace("chat", pages(seen))

    await stage.backlog.remove(USER, [PointRef("chat", "a"), PointRef("chat", "c"), PointRef("mail", "b")])

    assert await points(stage.backlog) == ["b"]
    found = (await users(stage.backlog))[USER]
    assert (found.messages, found.oldest) == (1, datetime.fromtimestamp(2, UTC))
    await stage.backlog.replace("chat", pages(seen))
    assert await points(stage.backlog) == ["a", "b", "c"]


async def test_a_user_without_points_left_does_not_wait_any_more(stage: Stage) -> None:
    await stage.backlog.replace("chat", pages(pending(USER, ("a", 1.0)), pending("bo", ("b", 1.0))))

    await stage.backlog.remove(USER, [PointRef("chat", "a")])

    assert set(await users(stage.backlog)) == {"bo"}


async def test_who_was_asked_for_is_a_candidate_without_points(stage: Stage) -> None:
    await stage.backlog.request("bo")

    found = await users(stage.backlog)

    assert (found["bo"].messages, found["bo"].requested) == (0, True)


async def test_who_has_an_open_batch_is_a_candidate_without_points(stage: Stage) -> None:
    await stage.open(await stage.claim(), a_message("m1"))

    found = await users(stage.backlog)

    assert (found[USER].messages, found[USER].requested) == (0, True)


async def test_the_mean_size_of_messages_is_learnt_from_commits(stage: Stage) -> None:
    await stage.commit(await stage.claim(), a_message("m1", text="x" * 400))
    await stage.backlog.replace("chat", pages(pending(USER, ("a", 1.0))))

    assert (await users(stage.backlog))[USER].mean_tokens == pytest.approx(100)

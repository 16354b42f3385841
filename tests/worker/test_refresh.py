"""Between batches, rows are kept fresh without a model, and wrong states are folded anew."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bench.model_server import Failing
from enrichment.adapters.postgres.caches import PostgresCaches
from enrichment.app.worker import App
from enrichment.engines.frame import Pair
from enrichment.ports import Ports
from enrichment.reconcile.refresh import RefreshOptions, refresh
from enrichment.settings import PostgresSettings
from tests.worker.stage import NOON, Stage

HEALTH = "select (memory_snapshot ->> 'memories')::int from strategic_memory_health"
LATE = "select memory_snapshot ->> 'late' from strategic_memory_health"
STATES = "select engine, state from engine_states order by engine"
MEMORIES = "select memory_id, last_at, uses from memory_states order by memory_id"
STANDING = "select late, dirty_since is not null, unreported from engine_pairs"
AGE = "select round(avg_memory_age_hours) from strategic_memory_health"
TODAY = datetime.now(UTC) - timedelta(hours=2)


class Later:
    """A clock that is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


def later(app: App, ahead: timedelta) -> Ports:
    return replace(app.ports, clock=Later(ahead))


async def test_a_bot_has_a_row_after_a_run(stage: Stage) -> None:
    await stage.say("I keep bees.", "They are calm.")

    await stage.run()

    assert await stage.rows("select bot_name, time_window_hours from strategic_character_performance") == [
        ("luna", 168)
    ]
    assert await stage.rows("select count(*) from bot_values where pairs = 1") == [(5,)]


async def test_a_bot_is_summed_again_when_somebody_was_erased(stage: Stage) -> None:
    await stage.say("I keep bees.", user="anna")
    await stage.say("I keep hens.", user="bert")
    await stage.run()
    await stage.rows("select enrichment_erase_user('bert', null)")

    await stage.run()

    assert await stage.rows("select distinct pairs from bot_values") == [(1,)]


async def test_unchanged_rows_of_an_active_pair_are_served_for_longer_and_grow_older(stage: Stage) -> None:
    await stage.say("I keep bees.", at=TODAY)
    await stage.run()
    async with stage.opened() as app:
        await refresh(later(app, timedelta(hours=13)), RefreshOptions(), at_once=True)

    assert await stage.rows(AGE) == [(15,)]
    fresh = "select count(*) from strategic_memory_behavior where expires_at > now() + interval '36 hours'"
    assert await stage.rows(fresh) == [(1,)]


async def test_rows_of_silent_pairs_run_out_and_are_cleared_away(stage: Stage) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    async with stage.opened() as app:
        await refresh(later(app, timedelta(days=32)), RefreshOptions(), at_once=True)

    assert await stage.rows(HEALTH) == []


async def test_a_pass_of_a_kind_is_taken_once_over_all_replicas(stage: Stage) -> None:
    now, minute = datetime.now(UTC), timedelta(minutes=1)
    async with stage.opened() as app:
        caches = app.ports.engines.caches
        taken = [await caches.claim("extend", now + minute * number, 2 * minute) for number in (0, 1, 2, 3)]

    assert taken == [True, False, True, False]


async def test_rows_that_are_behind_are_made_anew_though_the_model_is_down(stage: Stage) -> None:
    await stage.say("I keep bees.")
    await stage.say("I keep hens.", at=NOON + timedelta(days=2))
    batch = stage.settings.batch.model_copy(update={"max_messages": 1})
    stage.settings = stage.settings.model_copy(update={"batch": batch})
    stage.model.decide = lambda request: Failing(500) if "hens" in str(request.body["messages"]) else None

    await stage.run()

    assert await stage.rows(HEALTH) == [(1,)]
    assert await stage.rows(STANDING) == [(0, False, 0)]


async def test_what_is_invalidated_is_made_anew(stage: Stage) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await stage.rows("update strategic_memory_health set memory_snapshot = '{}'")

    async with stage.opened() as app:
        count = await PostgresCaches(app.servers.database).invalidate(None, None)
        await refresh(app.ports, RefreshOptions())

    assert (count, await stage.rows(HEALTH)) == (1, [(1,)])


@pytest.mark.parametrize("late", ["I had hens before.", "hm"])
async def test_a_rebuild_leaves_what_had_been_if_nothing_had_come_late(stage: Stage, late: str) -> None:
    await stage.say("I keep bees.", "They are calm.")
    await stage.say("They swarm in May.", at=NOON + timedelta(hours=1))
    await stage.run()
    await stage.say(late, at=NOON - timedelta(hours=1))
    await stage.run()
    marked = await stage.rows(LATE)

    await rebuilt(stage)

    assert (marked, await stage.rows(LATE), await stage.rows(HEALTH)) == ([("1",)], [(None,)], [(4,)])
    assert await stage.rows(STANDING) == [(0, False, 0)]
    assert await in_order(stage) == (await stage.rows(STATES), await stage.rows(MEMORIES))


async def test_a_pair_is_rebuilt_at_most_once_a_day(stage: Stage) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await stage.rows("update engine_pairs set dirty_since = '-infinity', rebuilt_at = now()")

    async with stage.opened() as app:
        soon = await app.ports.engines.rebuilds.due(datetime.now(UTC) + timedelta(hours=23), 10)
        tomorrow = await app.ports.engines.rebuilds.due(datetime.now(UTC) + timedelta(hours=25), 10)

    assert (soon, tomorrow) == ([], [Pair("anna", "luna")])


async def test_a_message_that_is_deleted_before_it_is_settled_is_forgotten_by_a_rebuild(stage: Stage) -> None:
    point_id, _ = await stage.say("I keep bees.", "They are calm.")
    await stage.run()
    await stage.delete(point_id)
    await stage.rows("update ledger set settled_at = null")
    await stage.run()

    await rebuilt(stage)

    assert await stage.rows(HEALTH) == [(1,)]


async def test_an_edited_pair_is_rebuilt_from_the_texts_that_are_there(stage: Stage) -> None:
    (point_id,) = await stage.say("I keep bees.")
    await stage.say("They are calm.", at=NOON + timedelta(hours=1))
    await stage.run()
    await stage.set_payload(point_id, content="I keep hens and ducks now.", enrichment_status="pending")
    await stage.run()

    await rebuilt(stage)

    assert (await stage.rows(HEALTH), await stage.rows(STANDING)) == ([(2,)], [(0, False, 0)])


async def test_row_level_security_is_no_obstacle(stage: Stage) -> None:
    dsn = stage.settings.postgres.dsn
    assert dsn is not None
    await stage.say("I keep bees.", at=TODAY)
    await stage.say("ok", user="bert", role="assistant", at=TODAY)
    restricted = SecretStr(f"{dsn.get_secret_value()}&role=enrichment_worker")
    stage.settings = stage.settings.model_copy(update={"postgres": PostgresSettings(dsn=restricted)})

    await stage.run()
    async with stage.opened() as app:
        await refresh(later(app, timedelta(hours=13)), RefreshOptions(), at_once=True)
        extended = await app.ports.engines.caches.extend(datetime.now(UTC) + timedelta(hours=27), timedelta(hours=24))

    assert await stage.rows("select current_user") == [("enrichment_worker",)]
    assert (await stage.rows(HEALTH), extended) == ([(1,), (1,)], 10)


async def rebuilt(stage: Stage) -> None:
    """Let an hour pass, and a worker look."""
    async with stage.opened() as app:
        await refresh(later(app, timedelta(hours=1)), RefreshOptions(), at_once=True)


async def in_order(stage: Stage) -> tuple[Sequence[object], Sequence[object]]:
    """Return states and memories of a pair that has said the same in order."""
    await stage.rows("truncate engine_states, memory_states, engine_pairs, ledger, facts, evidence, sessions cascade")
    await stage.rows("truncate conversation_summaries")
    for ref in await stage.refs():
        await stage.set_payload(ref.point_id, enrichment_status="pending")
    await stage.run()
    return await stage.rows(STATES), await stage.rows(MEMORIES)

"""The engines see every message once, in its batch's transaction, and hold nobody up."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from enrichment.engines.frame import AnyEngine, Seen
from enrichment.engines.registry import ENGINES
from enrichment.loop import run_once
from tests.worker.stage import NOON, Stage

SEEN = "select (memory_snapshot ->> 'memories')::int from strategic_memory_health order by user_id, bot_name"
PAIR_TABLES = sorted({engine.row.TABLE for engine in ENGINES if "user_id" in engine.row.KEY})
# What waits beside the states says until when other sources were read.
STATES = "select engine, state from engine_states where engine not in ('memory_behavior', 'waiting') order by engine"
STANDING = "select late, dirty_since is not null, unreported from engine_pairs"


@pytest.mark.parametrize("table", PAIR_TABLES)
async def test_a_batch_writes_a_row_of_every_pair_engine(stage: Stage, table: str) -> None:
    await stage.say("I keep bees.", "They are calm.")

    await stage.run()

    fresh = f"select user_id, bot_name from {table} where expires_at > now()"  # noqa: S608 - a name of ours
    assert await stage.rows(fresh) == [("anna", "luna")]


async def test_messages_that_are_passed_over_are_seen_too(stage: Stage) -> None:
    await stage.say("ok", role="assistant")

    tally = await stage.run()

    assert (tally.skipped, await stage.rows(SEEN)) == (1, [(1,)])


async def test_what_is_said_with_two_bots_is_kept_apart(stage: Stage) -> None:
    await stage.say("I keep bees.", "They are calm.", bot_name="luna")
    await stage.say("I keep hens.", bot_name="atlas")

    await stage.run()

    assert await stage.rows(SEEN) == [(1,), (2,)]


async def test_a_copy_is_seen_once(stage: Stage) -> None:
    await stage.say("I keep bees.", message_id="m1")
    await stage.run()
    await stage.say("I keep bees.", message_id="m1")

    await stage.run()

    assert await stage.rows(SEEN) == [(1,)]


async def test_many_batches_of_a_turn_leave_the_bytes_that_one_leaves(stage: Stage) -> None:
    texts = [f"I own the book number {number}, with many pages." for number in range(40)]
    await stage.say(*texts, message_id=None)
    await stage.run()
    at_once = await stage.rows(STATES)
    await stage.rows("truncate engine_states, memory_states, engine_pairs, ledger, facts, evidence cascade")

    in_batches_of(stage, 7)
    for ref in await stage.refs():
        await stage.set_payload(ref.point_id, enrichment_status="pending")
    await stage.run()

    assert await stage.rows(STATES) == at_once


async def test_an_edit_before_its_place_is_final_replaces_the_text(stage: Stage) -> None:
    (point_id,) = await stage.say("I keep bees.")
    await stage.run()

    await stage.set_payload(point_id, content="I keep hens.", enrichment_status="pending")
    await stage.run()

    assert await stage.rows(SEEN) == [(1,)]
    assert await stage.rows(STANDING) == [(0, False, 0)]


async def test_a_later_edit_marks_the_pair_for_a_rebuild(stage: Stage) -> None:
    (point_id,) = await stage.say("I keep bees.")
    await stage.say("They are calm.", at=NOON + timedelta(hours=1))
    await stage.run()

    await stage.set_payload(point_id, content="I keep hens.", enrichment_status="pending")
    await stage.run()

    assert await stage.rows(SEEN) == [(2,)]
    assert await stage.rows(STANDING) == [(0, True, 0)]


async def test_a_message_that_comes_too_late_is_counted_and_said_in_the_row(stage: Stage) -> None:
    await stage.say("I keep bees.")
    await stage.say("They are calm.", at=NOON + timedelta(hours=1))
    await stage.run()

    await stage.say("I had hens before.", at=NOON - timedelta(hours=1))
    await stage.run()

    assert await stage.rows(STANDING) == [(1, True, 0)]
    assert await stage.rows("select memory_snapshot ->> 'late' from strategic_memory_health") == [("1",)]


async def test_a_failing_engine_keeps_its_row_and_holds_nobody_up(stage: Stage) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await stage.say("They are calm.", at=NOON + timedelta(hours=1))

    async with stage.opened() as app:
        engines = replace(app.ports.engines, run=tuple(map(broken, app.ports.engines.run)))
        tally = await run_once(replace(app, ports=replace(app.ports, engines=engines)).cycle(asyncio.Event()))

    assert (tally.completed, dict(tally.engines_failed)) == (1, {"memory_aging": 1})
    assert await stage.rows(SEEN) == [(1,)]
    assert await stage.rows("select (recent_topics ->> 'messages')::int from strategic_conversation_patterns") == [(2,)]
    assert await stage.rows(STANDING) == [(0, True, 0)]


async def test_a_failing_engines_row_runs_out_while_the_others_are_extended(stage: Stage) -> None:
    today = datetime.now(UTC) - timedelta(hours=2)
    await stage.say("I keep bees.", at=today)
    await stage.run()
    await stage.say("They are calm.", at=today + timedelta(hours=1))
    async with stage.opened() as app:
        engines = replace(app.ports.engines, run=tuple(map(broken, app.ports.engines.run)))
        await run_once(replace(app, ports=replace(app.ports, engines=engines)).cycle(asyncio.Event()))

        extended = await app.ports.engines.caches.extend(datetime.now(UTC) + timedelta(hours=20), timedelta(hours=24))

    assert extended == len(PAIR_TABLES) - 1
    assert await stage.rows("select expires_at < now() + '25 hours' from strategic_memory_health") == [(True,)]
    assert await stage.rows("select expires_at > now() + '25 hours' from strategic_memory_behavior") == [(True,)]


async def test_what_is_read_again_is_not_seen_again(stage: Stage) -> None:
    await stage.say("I keep bees.", "They are calm.")
    await stage.run()
    async with stage.opened() as app, app.servers.database.connection() as connection:
        await connection.execute("update ledger set withdrawn_at = now()")
    for ref in await stage.refs():
        await stage.set_payload(ref.point_id, enrichment_status="pending")

    tally = await stage.run()

    assert (tally.completed, await stage.rows(SEEN)) == (2, [(2,)])


def in_batches_of(stage: Stage, messages: int) -> None:
    batch = stage.settings.batch.model_copy(update={"max_messages": messages})
    stage.settings = stage.settings.model_copy(update={"batch": batch})


def broken(engine: AnyEngine) -> AnyEngine:
    """Return the engine, one of them with a fault."""
    return replace(engine, absorb=fails) if engine.name == "memory_aging" else engine


def fails(state: object, seen: Seen) -> object:
    raise ZeroDivisionError("a fault")

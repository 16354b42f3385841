"""What engines look at beside messages reaches their rows, once, and never holds a batch up."""

from datetime import UTC, datetime, timedelta

from tests.worker.stage import NOON, Stage

LOG = """
select enrichment_api.log_accesses('anna', 'luna', array[null]::uuid[], array['{point}'], array['used'],
                                   array['{at}']::timestamptz[])
"""
AGE = "update access_log set logged_at = logged_at - interval '1 hour'"
USES = "select (memory_snapshot -> 'frequency' ->> 'accesses')::int from strategic_memory_health"
MEASURED = """
select shares ->> key as n
  from engine_contributions cross join lateral jsonb_object_keys(shares) as key
 where engine = 'character_performance' and key ~ '^q\\.engagement\\.[0-9]+\\.n$'
"""
TABLE = "create table state (bot text, user_id text, at timestamptz, score float8)"


async def test_what_a_host_noted_of_a_memorys_use_is_counted_once(stage: Stage) -> None:
    (point_id,) = await stage.say("I keep bees.")
    await stage.rows(LOG.format(point=point_id, at=NOON + timedelta(hours=1)))
    await stage.rows(AGE)

    for hours in (2, 3):
        await stage.say("They are calm.", at=NOON + timedelta(hours=hours))
        await stage.run()

    assert await stage.rows(USES) == [(1,)]


async def test_what_a_host_measured_is_counted_once(stage: Stage) -> None:
    await measuring(stage, "state")
    await stage.rows(TABLE)
    await stage.rows("insert into state values ('luna', 'anna', now() - interval '1 hour', 0.9)")

    for minutes in (10, 5):
        await stage.say("I keep bees.", at=datetime.now(UTC) - timedelta(minutes=minutes))
        await stage.run()

    assert [float(n) for (n,) in await stage.rows(MEASURED)] == [1.0]


async def test_a_source_that_fails_is_counted_and_holds_no_message_up(stage: Stage) -> None:
    await measuring(stage, "no_such_table")
    await stage.say("I keep bees.")

    tally = await stage.run()

    assert (tally.completed, dict(tally.sources_failed)) == (1, {"quality_metrics": 1})
    assert await stage.rows(MEASURED) == []


async def measuring(stage: Stage, table: str) -> None:
    quality = {"source": "postgres", "table": table, "time_column": "at", "fields": {"engagement": ["score"]}}
    stage.settings = stage.settings.model_validate(stage.settings.model_dump() | {"quality": quality})

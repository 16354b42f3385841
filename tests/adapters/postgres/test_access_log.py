"""What hosts note of the use of memories, as the engines read it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.postgres.access_log import PostgresAccessLog
from enrichment.adapters.postgres.pool import Database
from enrichment.engines.frame import Pair

PAIR = Pair("anna", "luna")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOG = "select enrichment_api.log_accesses('anna', 'luna', $1::uuid[], $2::text[], $3::text[], $4::timestamptz[])"
AGE = "update access_log set logged_at = logged_at - interval '1 hour'"

FACT = """
with said as (
    insert into facts (user_id, fact_id, bot_name, scope, category, statement, subject, predicate, qualifier, object,
                       object_key, state, confidence, certainty, evidence_count, said_at, valid_from, method,
                       pipeline_version, batch_id, source_collection)
    values ('anna', gen_random_uuid(), 'luna', '', 'other', 'x', 'x', 'x', '', 'x', 'x', 'active', 1, 'stated', 1,
            now(), now(), 'test', 1, gen_random_uuid(), 'chat')
    returning user_id, fact_id, batch_id
), evidence as (
    insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote,
                          certainty, batch_id)
    select user_id, fact_id, convert_to(point, 'UTF8'), 'chat', point, '', 'user', now() + nth * interval '1 hour', 'x',
           'stated', batch_id
      from said, unnest($1::text[]) with ordinality as of_point(point, nth)
)
select fact_id from said
"""


async def log(database: Database, *points: str, kind: str = "used", aged: bool = True) -> int:
    times = [NOON + timedelta(minutes=minute) for minute in range(len(points))]
    async with database.connection() as connection:
        noted: int = await connection.fetchval(LOG, [None] * len(points), list(points), [kind] * len(points), times)
        await connection.execute(AGE if aged else "select 1")
    return noted


async def test_what_was_noted_is_read_once(database: Database) -> None:
    await log(database, "p1", "p2")
    source = PostgresAccessLog(database, SystemClock())

    first = await source.accesses(PAIR, None, 10)
    second = await source.accesses(PAIR, first.until, 10)

    assert [(access.memory_id, access.at) for access in first.accesses] == [
        ("p1", NOON),
        ("p2", NOON + timedelta(minutes=1)),
    ]
    assert second.accesses == []


async def test_what_was_noted_just_now_waits_for_older_company(database: Database) -> None:
    await log(database, "p1", aged=False)

    assert (await PostgresAccessLog(database, SystemClock()).accesses(PAIR, None, 10)).accesses == []


async def test_what_only_stood_in_a_context_is_no_use(database: Database) -> None:
    await log(database, "p1", kind="loaded")

    assert (await PostgresAccessLog(database, SystemClock()).accesses(PAIR, None, 10)).accesses == []


async def test_a_long_log_comes_in_parts_and_none_is_missing(database: Database) -> None:
    for number in range(7):
        await log(database, f"p{number}")
    source, since, found = PostgresAccessLog(database, SystemClock()), None, list[str]()

    for _ in range(5):
        logged = await source.accesses(PAIR, since, 3)
        since, found = logged.until, [*found, *(access.memory_id for access in logged.accesses)]

    assert sorted(found) == [f"p{number}" for number in range(7)]


async def test_a_fact_stands_for_where_it_was_said_last(database: Database) -> None:
    fact = await _fact_said_at(database, "old", "new")
    async with database.connection() as connection:
        await connection.fetchval(LOG, [fact], [None], ["used"], [NOON])
        await connection.execute(AGE)

    logged = await PostgresAccessLog(database, SystemClock()).accesses(PAIR, None, 10)

    assert [access.memory_id for access in logged.accesses] == ["new"]


async def _fact_said_at(database: Database, *points: str) -> UUID:
    async with database.connection() as connection:
        fact: UUID = await connection.fetchval(FACT, list(points))
    return fact


async def test_nothing_is_kept_of_a_user_who_opted_out(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("insert into opt_outs (user_hash) values (sha256(convert_to('anna', 'UTF8')))")

    assert await log(database, "p1") == 0


async def test_a_reader_may_note_and_not_read(database: Database) -> None:
    async with database.connection() as connection, connection.transaction():
        await connection.execute("set local role enrichment_reader")

        assert await connection.fetchval(LOG, [None], ["p1"], ["used"], [NOON]) == 1
        assert not await connection.fetchval("select has_table_privilege('access_log', 'select')")

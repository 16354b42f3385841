"""What agents call reads by index among a hundred thousand rows, and no more of a long past than it needs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from enrichment.adapters.postgres.queries import query
from enrichment.reader.accesses import LOG
from enrichment.reader.reader import IS_SETTLED, LOAD, REQUEST
from enrichment.reader.recall import CANDIDATES, RECALL
from tests.postgres_fixtures import scratch_database
from tests.reader.examples import BOT

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime.now(UTC)
# The user who is asked for has most of everything that a user can have; the tables are large enough for any index to
# pay. Rows are written without triggers and as they come: nothing here has to be told to anybody.
FILL = """
set session_replication_role = replica; set synchronous_commit = off;
insert into users (user_id) select 'user ' || n from generate_series(1, 20000) n;
insert into user_profiles (user_id, bot_name, scope, first_seen, last_active, version, composed_at)
select 'user ' || n, 'ava', '', now(), now(), 1, now() from generate_series(1, 20000) n;
insert into facts (user_id, fact_id, bot_name, scope, category, statement, subject, predicate, qualifier, object,
                   object_key, state, confidence, certainty, evidence_count, said_at, valid_from, method,
                   pipeline_version, batch_id, source_collection, updated_at)
select 'user ' || case when n % 20 = 0 then 7 else n % 3000 end, md5(n::text)::uuid, 'ava', '',
       (array['work', 'home', 'other'])[1 + n % 3], 'likes tea number ' || n, 'user',
       'likes ' || n, '', 'o', 'o', 'active', 1, 'sure', 1, now() - n * interval '1 minute', now(), 'm', 1,
       md5('b')::uuid, 'chat', now() - n * interval '1 minute'
  from generate_series(1, 100000) n;
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote, certainty,
                      batch_id)
select user_id, fact_id, uuid_send(fact_id), 'chat', 'p', '', 'user', said_at, 'q', 'sure', batch_id
  from facts limit 20000;
insert into conversation_summaries (user_id, session_id, bot_name, scope, title, summary_text, topics, decisions,
                                    questions, start_timestamp, end_timestamp, message_count, revision, method)
select user_id, fact_id, 'ava', '', '', 't', '[]', '[]', '[]', updated_at, updated_at, 1, 1, 'm' from facts limit 20000;
insert into batches (user_id, batch_id, bot_name, scope, pipeline_version, prompt_hash, messages, facts_new,
                     facts_confirmed, facts_superseded, summaries, refused, committed_at)
select user_id, fact_id, 'ava', '', 1, '', 1, 1, 0, 0, 1, '{}', updated_at from facts limit 20000;
insert into strategic_memory_behavior
select 'user ' || n, 'ava', '{}', '{}', '{}', 0.5, now(), now() from generate_series(1, 20000) n;
insert into access_log (user_id, bot_name, fact_id, kind, at, logged_at)
select user_id, 'ava', fact_id, 'used', now(), now() - interval '1 minute' from facts limit 20000;
insert into ledger (user_id, collection, point_id, content_hash, pipeline_version, read_number, identity, bot_name,
                    session_id, said_at, outcome, settled_at)
select user_id, 'chat', fact_id::text, '', 1, 1, uuid_send(fact_id), 'ava', fact_id, said_at, 'completed', now()
  from facts limit 20000;
insert into plan_passes (collection, current_pass) values ('chat', 1);
insert into backlog (user_id, collection, pass, part, points, point_ids, said_at, oldest, newest)
select 'user ' || n, 'chat', 1, n, 1, array['p'], array[1.0], to_timestamp(1), to_timestamp(1)
  from generate_series(1, 20000) n;
set session_replication_role = origin;
analyze
"""
LARGE = (
    *("users", "user_profiles", "facts", "evidence", "conversation_summaries", "batches", "strategic_memory_behavior"),
    *("access_log", "ledger", "backlog"),
)
READ = """
select sum(seq_scan)::bigint as scans, sum(idx_scan)::bigint as by_index, sum(idx_tup_fetch)::bigint as rows
  from pg_stat_user_tables where relname = any ($1)
"""
ANY, NO_WORDS = (None, None, None), (list[str](), list[str]())
REQUESTED = '{"at": "2026-01-01T00:00:00Z", "passes": {"chat": 1}}'
FACTS = [UUID(int=number) for number in range(30)]
# What user 7 has: 5,000 facts, and of evidence and summaries a thousand. Recall looks through them, and nobody else's.
OWN = 8_000
# Each with the most rows that one call may read of a user.
CALLS = {
    "load": (LOAD, (BOT, "", 30, 5), 150),
    "recall by words": (RECALL, (BOT, "", ["tea"], [], *ANY, CANDIDATES), OWN),
    "recall by pieces": (RECALL, (BOT, "", [], ["te"], *ANY, CANDIDATES), OWN),
    "recall by time": (RECALL, (BOT, "", *NO_WORDS, NOW - timedelta(days=7), NOW, None, CANDIDATES), OWN),
    "recall by category": (RECALL, (BOT, "", *NO_WORDS, None, None, ["work"], CANDIDATES), OWN),
    "flush of accesses": (LOG, (BOT, FACTS, [None] * 30, ["used"] * 30, [NOW] * 30), 10),
    "request": (REQUEST, (), 10),
    "is it settled": (IS_SETTLED, (REQUESTED,), 10),
    "fact for feedback": (query("fact_heard_by"), (UUID(int=7), BOT), 10),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connection(
    postgres_server: str, postgres_template: str
) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """A connection to a database with all those rows, which all tests of this file share."""
    async with scratch_database(postgres_server, template=postgres_template) as dsn:
        connection = await asyncpg.connect(dsn)
        await connection.execute(FILL)
        yield connection
        await connection.close()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("user_id", ["user 7", "user 9", "nobody"])
@pytest.mark.parametrize("call", CALLS)
async def test_it_reads_by_index_and_no_more_than_it_needs(
    connection: "asyncpg.Connection[asyncpg.Record]", call: str, user_id: str
) -> None:
    statement, arguments, most = CALLS[call]
    await connection.execute("select pg_stat_force_next_flush()")
    (before,) = await connection.fetch(READ, LARGE)

    async with asyncio.timeout(30):
        await connection.fetch(statement, user_id, *arguments)
    await connection.execute("select pg_stat_force_next_flush()")
    (after,) = await connection.fetch(READ, LARGE)

    assert after["scans"] == before["scans"]
    assert after["by_index"] > before["by_index"]
    assert after["rows"] - before["rows"] <= most

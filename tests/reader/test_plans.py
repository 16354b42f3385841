"""A load reads by index, and no more of a long past than it needs."""

from datetime import timedelta

import asyncpg
import pytest

from enrichment.reader.reader import LOAD
from tests.reader.examples import BOT, Shelf

# The user who is asked for has most of everything; the tables are large enough for any index to pay.
FILL = """
insert into user_profiles (user_id, bot_name, scope, first_seen, last_active, version, composed_at)
select 'user ' || n, 'ava', '', now(), now(), 1, now() from generate_series(1, 3000) n;
insert into facts (user_id, fact_id, bot_name, scope, category, statement, subject, predicate, qualifier, object,
                   object_key, state, confidence, certainty, evidence_count, said_at, valid_from, method,
                   pipeline_version, batch_id, source_collection, updated_at)
select 'user ' || case when n % 2 = 0 then 7 else n % 3000 end, md5(n::text)::uuid, 'ava', '', 'other', 's', 'user',
       'likes ' || n, '', 'o', 'o', 'active', 1, 'sure', 1, now(), now(), 'm', 1, md5('b')::uuid, 'chat',
       now() - n * interval '1 minute'
  from generate_series(1, 10000) n;
insert into conversation_summaries (user_id, session_id, bot_name, scope, title, summary_text, topics, decisions,
                                    questions, start_timestamp, end_timestamp, message_count, revision, method)
select user_id, fact_id, 'ava', '', '', 't', '[]', '[]', '[]', updated_at, updated_at, 1, 1, 'm' from facts;
insert into batches (user_id, batch_id, bot_name, scope, pipeline_version, prompt_hash, messages, facts_new,
                     facts_confirmed, facts_superseded, summaries, refused, committed_at)
select user_id, fact_id, 'ava', '', 1, '', 1, 1, 0, 0, 1, '{}', updated_at from facts;
insert into strategic_memory_behavior
select 'user ' || n, 'ava', '{}', '{}', '{}', 0.5, now(), now() from generate_series(1, 3000) n;
analyze
"""
READ = """
select sum(seq_tup_read) as by_scan, sum(idx_tup_fetch) as by_index
  from pg_stat_user_tables
 where relname in ('facts', 'conversation_summaries', 'batches', 'user_profiles', 'strategic_memory_behavior')
"""


@pytest.mark.parametrize("user_id", ["user 7", "user 9", "nobody"])
async def test_a_load_reads_by_index_and_no_more_than_it_needs(database_dsn: str, shelf: Shelf, user_id: str) -> None:
    await shelf.stage.execute("set session_replication_role = replica; " + FILL)
    connection = await asyncpg.connect(database_dsn)
    await connection.execute("select pg_stat_force_next_flush()")
    (before,) = await connection.fetch(READ)

    for _ in range(10):
        await connection.fetchrow(LOAD, user_id, BOT, "", 30, 5, timeout=timedelta(seconds=20).total_seconds())
    await connection.execute("select pg_stat_force_next_flush()")
    (after,) = await connection.fetch(READ)

    await connection.close()
    assert after["by_scan"] == before["by_scan"]
    assert after["by_index"] - before["by_index"] <= 10 * 60

"""What the metrics say of the engines' rows is what a host would find."""

import pytest

from enrichment.adapters.postgres.freshness import Freshness, freshness
from enrichment.adapters.postgres.pool import Database
from enrichment.engines import memory_aging
from enrichment.engines.registry import ENGINES

# One with all its messages in its row, one with a message too many, one whose row has run out, one without a row, and
# one that has been silent for two months.
PAIRS = """
insert into engine_pairs (user_id, bot_name, last_message_at, unreported)
values ('true', 'luna', now(), 0), ('behind', 'luna', now(), 1), ('late', 'luna', now(), 0), ('new', 'luna', now(), 0),
       ('silent', 'luna', now() - interval '60 days', 0)
"""
ROWS = """
insert into strategic_memory_health
       (user_id, bot_name, computed_at, expires_at, memory_snapshot, forgetting_risk_memories)
select *, '{}', '[]' from (values ('true', 'luna', now() - interval '1 hour', now() + interval '1 hour'),
       ('behind', 'luna', now() - interval '2 hours', now() + interval '1 hour'),
       ('late', 'luna', now() - interval '3 days', now() - interval '1 day'),
       ('silent', 'luna', now() - interval '60 days', now() - interval '59 days')) as row
"""


@pytest.fixture
async def counted(database: Database) -> Freshness:
    async with database.connection() as connection:
        await connection.execute(PAIRS)
        await connection.execute(ROWS)
    [one] = await freshness(database, [memory_aging.ENGINE])
    return one


def test_rows_of_active_pairs_are_counted_by_what_a_host_would_find(counted: Freshness) -> None:
    assert (counted.fresh, counted.behind, counted.expired, counted.absent) == (1, 1, 1, 1)


async def test_the_oldest_is_the_oldest_that_may_be_served(counted: Freshness, database: Database) -> None:
    async with database.connection() as connection:
        hours = await connection.fetchval("select extract(epoch from now() - $1::timestamptz) / 3600", counted.oldest)

    assert 2 <= hours < 2.1


async def test_every_engine_is_counted_and_a_bot_once_for_all_its_pairs(counted: Freshness, database: Database) -> None:
    absent = {one.engine: one.absent for one in await freshness(database, ENGINES)}

    assert absent == {
        **dict.fromkeys((engine.name for engine in ENGINES), 4),
        "memory_aging": counted.absent,
        "character_performance": 1,
    }

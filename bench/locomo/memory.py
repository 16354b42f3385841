"""What the bench reads from the worker's database: evidence, rows, calls, and how far a run has come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from bench.locomo.figures import Held
from bench.progress import bar

_POLL_SECONDS = 1.0
_ENDED = "select count(*) from ledger"
_TABLES = """
select table_name from information_schema.tables
 where table_schema = current_schema() and table_type = 'BASE TABLE'
   and (table_name in ('facts', 'evidence', 'conversation_summaries', 'engine_states')
        or table_name like '%profile%' or table_name like 'strategic\\_%')
"""
_HELD = """
select e.user_id, e.point_id, f.statement, f.object
  from evidence e join facts f using (user_id, fact_id)
 where e.withdrawn_at is null and f.state in ('active', 'superseded', 'expired')
"""


async def held(database: asyncpg.Connection) -> list[Held]:
    """Return all evidence in force of facts that are served, or were until something newer came or they were over."""
    return [Held(*row) for row in await database.fetch(_HELD)]


async def rows(database: asyncpg.Connection) -> int:
    """Count what is remembered: facts, evidence, summaries, profiles, and the engines' states and rows."""
    tables = [row["table_name"] for row in await database.fetch(_TABLES)]
    return sum([await database.fetchval(f'select count(*) from "{table}"') for table in tables])  # noqa: S608


async def calls_by_user(database: asyncpg.Connection) -> list[int]:
    """Return how many calls were made for each user."""
    return [row["calls"] for row in await database.fetch("select count(*) as calls from model_calls group by user_id")]


@asynccontextmanager
async def watched(database: asyncpg.Connection, what: str, total: int) -> AsyncIterator[None]:
    """Show how many messages have come to their end since the block began."""

    async def watch() -> None:
        while True:
            show(await database.fetchval(_ENDED) - before)
            await asyncio.sleep(_POLL_SECONDS)

    before = await database.fetchval(_ENDED)
    with bar(what, total) as show:
        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

"""What somebody looks at who oversees the work: users that are looked for, runs, calls, and how fast it goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query

Row = Mapping[str, Any]


async def search_users(database: Database, words: str, accounts_of: Sequence[str], limit: int) -> Sequence[Row]:
    """Return users whose id holds these words, and these whose account was named; rows of ``search_users.sql``."""
    async with database.connection() as connection:
        rows = await connection.fetch(query("search_users"), f"%{_literally(words)}%", accounts_of, limit)
    return [dict(row) for row in rows]


async def recent_runs(database: Database, limit: int, offset: int) -> Sequence[Row]:
    """Return runs, the latest first; rows of ``recent_runs.sql``."""
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch(query("recent_runs"), limit, offset)]


async def recent_calls(database: Database, user_id: str | None, limit: int, offset: int) -> Sequence[Row]:
    """Return calls to the model with their batches, the latest first; rows of ``recent_calls.sql``."""
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch(query("recent_calls"), user_id, limit, offset)]


async def throughput(database: Database) -> Row:
    """Return what was read within an hour and a day; the row of ``throughput.sql``."""
    async with database.connection() as connection:
        row = await connection.fetchrow(query("throughput"))
    assert row is not None  # noqa: S101 - an aggregate without grouping always has a row
    return dict(row)


async def quarantine_reasons(database: Database) -> Sequence[Row]:
    """Return how many points are quarantined, by reason."""
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch(query("quarantine_reasons"))]


def _literally(words: str) -> str:
    """Return words as a pattern that means just them."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

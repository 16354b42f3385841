"""Reads what is found of bots with all their users: their list, a bot's row, and the sums that it was made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from enrichment.adapters.postgres.engine_rows import EngineRow
from enrichment.adapters.postgres.observed import STAMPS, columns_of
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.engines.frame import AnyEngine

MOST_BOTS = 500


async def known_bots(database: Database, engine: AnyEngine) -> Sequence[Mapping[str, Any]]:
    """Return at most 500 bots by name: ``pairs``, their scores, and when those were computed, None without a row."""
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch(query("known_bots"), engine.name, MOST_BOTS)]


async def bot_row(database: Database, engine: AnyEngine, bot_name: str) -> EngineRow | None:
    """Return what an engine has written of a bot; None if it has not."""
    columns = [*columns_of(engine.row), *STAMPS]
    async with database.connection() as connection:
        row = await connection.fetchrow(
            f"select {', '.join(columns)} from {engine.row.TABLE} where bot_name = $1 limit 1",  # noqa: S608 - our names
            bot_name,
        )
    if row is None:
        return None
    return EngineRow(
        engine=engine.name,
        user_id=None,
        bot_name=bot_name,
        computed_at=row["computed_at"],
        expires_at=row["expires_at"],
        values={name: row[name] for name in columns if name not in {*engine.row.KEY, *STAMPS}},
    )


async def bot_sums(database: Database, engine: AnyEngine, bot_name: str) -> Mapping[str, float]:
    """Return the sums of all the bot's pairs by name; empty if there are none that this version can read."""
    async with database.connection() as connection:
        found = await connection.fetchval(query("bot_sums"), bot_name, engine.name, engine.version)
    return found or {}

"""Reads back by name what engines have written, and counts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enrichment.adapters.postgres.observed import STAMPS, columns_of
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.engines.frame import AnyEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRow:
    """What one engine has written of a pair, or of a bot where ``user_id`` is None; ``values`` by column."""

    engine: str
    user_id: str | None
    bot_name: str
    computed_at: datetime
    expires_at: datetime
    values: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much there is of an engine: rows and those that have run out, states with their bytes, pairs to rebuild."""

    engine: str
    table: str
    rows: int
    expired: int
    states: int
    state_bytes: int
    to_rebuild: int


async def engine_rows(
    database: Database, engines: Sequence[AnyEngine], user_id: str, bot_name: str | None = None
) -> list[EngineRow]:
    """Return the rows of a user's pairs, and those of the bots that they talk to, by bot and engine."""
    async with database.connection() as connection:
        found = [row for engine in engines for row in await _rows(connection, engine, user_id, bot_name)]
    return sorted(found, key=lambda row: (row.bot_name, row.engine))


async def _rows(connection: Connection, engine: AnyEngine, user_id: str, bot_name: str | None) -> list[EngineRow]:
    columns = [*columns_of(engine.row), *STAMPS]
    whose = "user_id = $1"
    if "user_id" not in engine.row.KEY:
        whose = "bot_name in (select bot_name from engine_pairs where user_id = $1)"
    rows = await connection.fetch(
        f"select {', '.join(columns)} from {engine.row.TABLE} "  # noqa: S608 - names of our own types
        f"where {whose} and ($2::text is null or bot_name = $2)",
        user_id,
        bot_name,
    )
    return [
        EngineRow(
            engine=engine.name,
            user_id=row.get("user_id"),
            bot_name=row["bot_name"],
            computed_at=row["computed_at"],
            expires_at=row["expires_at"],
            values={name: row[name] for name in columns if name not in {*engine.row.KEY, *STAMPS}},
        )
        for row in rows
    ]


async def standing(database: Database, engines: Sequence[AnyEngine]) -> list[Standing]:
    """Count what there is of each engine."""
    found = []
    async with database.connection() as connection:
        kept = {row["engine"]: row for row in await connection.fetch(query("engine_standing"))}
        wrong = await connection.fetchval("select count(*) from engine_pairs where dirty_since is not null")
        for engine in engines:
            row = await connection.fetchrow(
                "select count(*) as rows, count(*) filter (where expires_at < now()) as expired "  # noqa: S608 - ours
                f"from {engine.row.TABLE}"
            )
            assert row is not None  # noqa: S101 - an aggregate always has a row
            states = kept.get(engine.name)
            found.append(
                Standing(
                    engine=engine.name,
                    table=engine.row.TABLE,
                    rows=row["rows"],
                    expired=row["expired"],
                    states=states["states"] if states else 0,
                    state_bytes=states["bytes"] if states else 0,
                    to_rebuild=wrong,
                )
            )
    return found

"""Everything that is kept of a user, row by row: what an erasure would delete, as it stood at one moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enrichment.adapters.postgres.erasure import personal_tables
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query

FORMAT = "enrichment.export/1"
_PAGE = 200
# Facts come with their evidence and what was said of them, so that nobody has to put them together.
_FACTS = """
select to_jsonb(f)
       || jsonb_build_object('evidence', (select coalesce(jsonb_agg(to_jsonb(e) order by e.said_at, e.identity), '[]')
                                            from evidence e where e.user_id = f.user_id and e.fact_id = f.fact_id))
  from facts f
 where f.user_id = $1
 order by f.fact_id
"""
_INSIDE_FACTS = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A user's data at one moment; ``tables`` in order, ``rows`` streams one of them as JSON objects."""

    user_id: str
    exported_at: datetime
    erased_before: datetime | None
    opted_out_since: datetime | None
    tables: tuple[str, ...]
    connection: Connection

    async def rows(self, table: str) -> AsyncIterator[Any]:
        """Yield the rows of a table with its columns' names; times as ISO 8601, bytes as hexadecimals."""
        rows = _FACTS if table == "facts" else f"select to_jsonb(t) from {table} t where user_id = $1"  # noqa: S608 - a name of the schema's own
        async for row in self.connection.cursor(rows, self.user_id, prefetch=_PAGE):
            yield row[0]


@asynccontextmanager
async def exporting(database: Database, user_id: str) -> AsyncIterator[Export]:
    """Open an export: all tables are of the same moment, and little is held in memory at a time."""
    async with database.snapshot() as connection:
        wishes = await connection.fetchrow(query("wishes"), user_id)
        assert wishes is not None  # noqa: S101 - a select without a table always has a row
        names = [name for name in await personal_tables(connection) if name != _INSIDE_FACTS]
        yield Export(
            user_id=user_id,
            exported_at=await connection.fetchval("select now()"),
            erased_before=wishes["erased_before"],
            opted_out_since=wishes["opted_out_since"],
            tables=tuple(names),
            connection=connection,
        )

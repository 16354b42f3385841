"""Writes the page of all tables from the migrated schema itself, with the comments that it holds."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from enrichment.adapters.embedded import embedded_blocking
from enrichment.adapters.postgres.migrate import migrate
from enrichment.adapters.postgres.pool import Database, connected

COLUMNS: Final = """
select c.relname as table_name,
       obj_description(c.oid) as purpose,
       a.attname as column_name,
       format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull as is_required,
       coalesce(a.attnum = any (k.conkey), false) as is_key,
       col_description(c.oid, a.attnum) as meaning
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
 where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v')
 order by c.relname, a.attnum
"""
HEAD: Final = (
    "Everything that the worker keeps in Postgres, as its migrations (`sql/migrations`) make it. Hosts read",
    "`user_facts`, `conversation_summaries`, `enrichment_metadata` and the `strategic_…` tables, or all of it through",
    "the reader ([the guide](../guide.md)); the other tables are the worker's own and may change with any version.",
    "**Bold** columns are the key; `?` marks those that may be NULL.",
)

Row = Mapping[str, Any]


async def columns(database: Database) -> Sequence[Row]:
    """Return one row for each column of each table, in order."""
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch(COLUMNS)]


def tables_page(found: Sequence[Row], notice: str) -> str:
    """Return the page."""
    lines = ["# Tables", "", notice, "", *HEAD]
    for name, group in groupby(found, key=lambda row: str(row["table_name"])):
        rows = list(group)
        lines += ["", f"## `{name}`", "", rows[0]["purpose"] or "", "", "| column | type | what |", "|---|---|---|"]
        lines += [_line(row) for row in rows]
    return "\n".join(lines) + "\n"


def migrated() -> Sequence[Row]:
    """Return the columns of a database that was made for this, and is thrown away."""
    with tempfile.TemporaryDirectory(prefix="enrichment-docs-") as folder:
        # Where root runs this, another user runs Postgres.
        Path(folder).chmod(0o755)
        with embedded_blocking(Path(folder) / "data") as servers:
            return asyncio.run(_migrated(servers.postgres_dsn))


async def _migrated(dsn: str) -> Sequence[Row]:
    async with connected(dsn) as database:
        await migrate(database)
        return await columns(database)


def _line(row: Row) -> str:
    name = f"**`{row['column_name']}`**" if row["is_key"] else f"`{row['column_name']}`"
    optional = "" if row["is_required"] else " ?"
    return f"| {name} | {row['type']}{optional} | {row['meaning'] or ''} |"

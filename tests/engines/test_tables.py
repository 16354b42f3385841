from dataclasses import fields

import pytest

from enrichment.adapters.postgres.pool import Database
from enrichment.engines.frame import AnyEngine
from enrichment.engines.registry import ENGINES

FRAME = {"computed_at", "expires_at"}
EVERY_ENGINE = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
COLUMNS = "select column_name from information_schema.columns where table_name = $1 and table_schema = current_schema()"
KEY = """
select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
 where indrelid = $1::text::regclass and indisprimary
"""


@EVERY_ENGINE
async def test_a_row_has_columns_of_its_table_and_the_tables_key(engine: AnyEngine, database: Database) -> None:
    columns = await names(database, COLUMNS, engine.row.TABLE)
    key = await names(database, KEY, engine.row.TABLE)

    assert {field.name for field in fields(engine.row)} <= columns
    assert set(engine.row.KEY) == key


@pytest.mark.parametrize("table", sorted({engine.row.TABLE for engine in ENGINES}))
async def test_every_column_of_a_table_is_written_by_an_engine(table: str, database: Database) -> None:
    columns = await names(database, COLUMNS, table)

    written = {field.name for engine in ENGINES if table == engine.row.TABLE for field in fields(engine.row)}

    assert columns == written | FRAME


async def names(database: Database, query: str, table: str) -> set[str]:
    async with database.connection() as connection:
        return {record[0] for record in await connection.fetch(query, table)}

"""Every column of every strategic table is written by its engine, in the worker's own statements, and read by name."""

from datetime import timedelta
from functools import cache
from typing import Any

import orjson
import pytest

from bench.engines.chatter import chatter
from bench.engines.stream import PAIR, Stream
from enrichment.adapters.postgres.engine_rows import engine_rows
from enrichment.adapters.postgres.observed import STAMPS, columns_of, write_observed
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.engines.folding import KeptRow, Observed
from enrichment.engines.frame import Asked, CacheRow, Courtesy
from enrichment.engines.registry import ENGINES

COLUMNS = "select column_name from information_schema.columns where table_name = $1 and table_schema = current_schema()"
LOADED = "select to_jsonb(l) from enrichment_api.load($1, $2, null, 10, 10) as l"
TABLES = sorted({engine.row.TABLE for engine in ENGINES})


async def test_what_an_engine_reports_is_read_back_by_name(database: Database) -> None:
    rows = await written(database)

    found = await engine_rows(database, ENGINES, PAIR.user_id)

    by_engine = {one.engine: one.values for one in found}
    assert by_engine == {engine.name: own(rows[engine.name]) for engine in ENGINES}


@pytest.mark.parametrize("table", TABLES)
async def test_no_column_stays_empty_however_much_is_known(database: Database, table: str) -> None:
    await written(database)

    async with database.connection() as connection:
        columns = [row["column_name"] for row in await connection.fetch(COLUMNS, table)]
        row = await connection.fetchrow(f"select * from {table}")  # noqa: S608 - a name of ours

    assert [name for name in columns if row is None or row[name] is None] == []


async def test_a_host_finds_every_column_in_what_it_loads(database: Database) -> None:
    rows = await written(database)

    async with database.connection() as connection:
        loaded = await connection.fetchval(LOADED, PAIR.user_id, PAIR.bot_name)

    wanted = {name: value for row in rows.values() for name, value in own(row).items()}
    assert {name: value_of(loaded.get(name)) for name in wanted} == {name: plain(each) for name, each in wanted.items()}


async def written(database: Database) -> dict[str, CacheRow]:
    """Write the rows of a pair that has said a lot, and of its bot, as a batch does; return them by engine."""
    rows, now = rich()
    kept = tuple(KeptRow(row=row, expires_at=now + timedelta(days=1)) for row in rows.values())

    async def work(connection: Connection) -> None:
        await connection.execute("select set_config('enrichment.user_id', $1, true)", PAIR.user_id)
        await write_observed(connection, Observed(pair=PAIR, seen_at=now, rows=kept, reported_at=now))

    await database.transact(work)
    return rows


@cache
def rich() -> tuple[dict[str, CacheRow], Any]:
    stream = Stream(ENGINES).feed(chatter("read back", 3_000, language="en"))
    now = max(message.said_at for message in stream.waiting.messages) + timedelta(minutes=1)
    asked = Asked(now=now, courtesy=Courtesy(most_per_week=1_000, most_unanswered=1_000))
    rows = {name: row for name, row in stream.rows(asked).items() if row is not None}
    for engine in ENGINES:
        if engine.report_bot is not None and engine.contribute is not None:
            sums = engine.contribute(stream.states[engine.name])
            row = engine.report_bot(PAIR.bot_name, sums, asked)
            rows |= {engine.name: row} if row is not None else {}
    return rows, now


def own(row: CacheRow) -> dict[str, Any]:
    """Return the columns that are the engine's own, without the key."""
    return {name: getattr(row, name) for name in columns_of(type(row)) if name not in {*row.KEY, *STAMPS}}


def plain(value: object) -> object:
    return orjson.loads(orjson.dumps(value))


def value_of(loaded: object) -> object:
    """Return a loaded value: JSON columns come as text."""
    return orjson.loads(loaded) if isinstance(loaded, str) and loaded[:1] in "{[" else loaded

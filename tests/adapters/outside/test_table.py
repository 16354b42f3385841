"""Measurements from a table of a host's in a real Postgres."""

from datetime import UTC, datetime, timedelta

import pytest

from enrichment.adapters.outside.measurements import Naming
from enrichment.adapters.outside.table import TableMetrics, qualified, quoted
from enrichment.adapters.postgres.pool import Database
from enrichment.errors import ConfigurationError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TABLE = 'character state"s'
MAKE = """
create table "character state""s"
    (character text, "user" bigint, at timestamptz, trust integer, mood numeric, said bool);
insert into "character state""s" values
    ('luna', 7, '2026-03-01 12:00Z', 80, 25.5, true),
    ('luna', 8, '2026-03-01 13:00Z', null, 50, false),
    ('atlas', 7, '2026-03-01 12:30Z', 10, 10, false),
    ('luna', null, '2026-03-01 12:30Z', 10, 10, false)
"""
NAMING = Naming(
    metrics={"engagement": [(TABLE, "trust")], "satisfaction": [(TABLE, "mood")]},
    bot="character",
    user="user",
    largest=100,
    feedback_field="said",
)


async def table_of(database: Database, naming: Naming = NAMING) -> TableMetrics:
    async with database.connection() as connection:
        await connection.execute(MAKE)
    return TableMetrics(database, TABLE, "at", naming)


async def test_a_row_gives_a_value_for_each_column_that_has_one(database: Database) -> None:
    source = await table_of(database)

    found = await source.measured("luna", NOON, NOON + 2 * HOUR, 100)

    assert [(user, q.metric, q.value, q.is_feedback) for user, q in found] == [
        ("7", "engagement", 0.8, True),
        ("7", "satisfaction", 0.255, True),
        ("8", "satisfaction", 0.5, False),
    ]


async def test_a_window_holds_its_beginning_and_not_its_end(database: Database) -> None:
    source = await table_of(database)

    assert len(await source.measured("luna", NOON, NOON + HOUR, 100)) == 2


async def test_a_column_that_is_not_there_is_a_mistake_in_the_settings(database: Database) -> None:
    source = await table_of(database, Naming(metrics={"engagement": [(TABLE, "x")]}, bot="character", user="user"))

    with pytest.raises(ConfigurationError):
        await source.measured("luna", NOON, NOON + HOUR, 100)


def test_names_are_quoted_whatever_is_in_them() -> None:
    assert quoted('a"; drop table x; --') == '"a""; drop table x; --"'
    assert qualified("host.state") == '"host"."state"'

"""Every table says what it is for, and the page of the tables is what the schema says."""

from collections.abc import Sequence

import pytest

from docs.build import BY_MACHINE, TABLES
from docs.tables import Row, columns, tables_page
from enrichment.adapters.postgres.pool import Database


@pytest.fixture
async def found(database: Database) -> Sequence[Row]:
    return await columns(database)


def test_what_is_committed_is_what_the_schema_says(found: Sequence[Row]) -> None:
    assert TABLES.read_text(encoding="utf-8") == tables_page(found, BY_MACHINE), "run `python -m docs.build`"


def test_every_table_says_what_it_is_for(found: Sequence[Row]) -> None:
    assert {row["table_name"] for row in found if not row["purpose"]} == set(), "add a `comment on table`"

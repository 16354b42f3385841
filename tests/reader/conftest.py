"""Readers on a database of the test's own."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from enrichment.adapters.postgres.pool import Database
from enrichment.reader import EnrichmentReader, ReaderOptions
from tests.adapters.postgres.examples import Stage
from tests.reader.examples import Shelf

UNCACHED = ReaderOptions(good_for=timedelta(0), listen=False)


@pytest.fixture
def shelf(database: Database) -> Shelf:
    """Where a test puts what is known."""
    return Shelf(Stage(database))


@pytest.fixture
async def reader(database_dsn: str) -> AsyncIterator[EnrichmentReader]:
    """A reader that asks the database each time."""
    async with EnrichmentReader(database_dsn, UNCACHED) as reader:
        yield reader

"""A stage on the session's servers."""

from collections.abc import AsyncIterator

import pytest

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.qdrant.server import connected
from tests.adapters.meaning.stage import Stage
from tests.reader.examples import USER


@pytest.fixture
async def stage(embedded_url: str, database: Database) -> AsyncIterator[Stage]:
    async with connected(embedded_url) as server:
        stage = Stage(database, server)
        await stage.known(USER, "bert")
        yield stage
        await server.client.delete_collection(stage.collection)

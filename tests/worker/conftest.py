"""A worker with everything real around it: Qdrant's engine, Postgres, and a model over HTTP."""

from collections.abc import AsyncIterator

import pytest

from bench.model_server import ModelServer
from enrichment.adapters.qdrant.server import connected
from tests.worker.stage import Stage


@pytest.fixture
async def stage(embedded_url: str, database_dsn: str, model_server: ModelServer) -> AsyncIterator[Stage]:
    async with connected(embedded_url) as server:
        stage = Stage(server, model_server)
        stage.act_on(embedded_url, database_dsn)
        await stage.create()
        yield stage
        await server.client.delete_collection(stage.collection)

"""A worker with everything real around it: Qdrant's engine, Postgres, and a model over HTTP."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bench.model_server import ModelServer
from enrichment.adapters.qdrant.server import connected
from enrichment.settings import BatchSettings, ModelSettings, PostgresSettings, QdrantSettings, Settings
from tests.worker.stage import Stage


@pytest.fixture
async def stage(embedded_url: str, database_dsn: str, model_server: ModelServer) -> AsyncIterator[Stage]:
    async with connected(embedded_url) as server:
        stage = Stage(server, model_server)
        stage.settings = Settings(
            qdrant=QdrantSettings(url=embedded_url, collections=(stage.collection,)),
            postgres=PostgresSettings(dsn=SecretStr(database_dsn)),
            model=ModelSettings(base_url=model_server.base_url, attempts=1, timeout_seconds=5),
            batch=BatchSettings(),
        )
        await stage.create()
        yield stage
        await server.client.delete_collection(stage.collection)

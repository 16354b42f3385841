"""A worker with everything real around it: Qdrant's engine, Postgres, and a model over HTTP."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from bench.model_server import ModelServer
from enrichment.adapters.embedded import embedded_blocking
from enrichment.adapters.qdrant.server import connected
from enrichment.settings import BatchSettings, ModelSettings, PostgresSettings, QdrantSettings, Settings
from tests.adapters.embedded.processes import reachable_folder
from tests.worker.stage import Stage


@pytest.fixture(scope="session")
def qdrant_server() -> Iterator[str]:
    with reachable_folder() as folder, embedded_blocking(folder / "data") as servers:
        yield servers.qdrant_url


@pytest.fixture
async def stage(qdrant_server: str, database_dsn: str, model_server: ModelServer) -> AsyncIterator[Stage]:
    async with connected(qdrant_server) as server:
        stage = Stage(server, model_server)
        stage.settings = Settings(
            qdrant=QdrantSettings(url=qdrant_server, collections=(stage.collection,)),
            postgres=PostgresSettings(dsn=SecretStr(database_dsn)),
            model=ModelSettings(base_url=model_server.base_url, attempts=1, timeout_seconds=5),
            batch=BatchSettings(),
        )
        await stage.create()
        yield stage
        await server.client.delete_collection(stage.collection)

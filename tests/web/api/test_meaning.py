"""Agents in other languages recall by meaning too, once the worker keeps vectors."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from enrichment.adapters.monitoring.registry import Metrics
from enrichment.app import App, open_app, open_vector_keeper
from enrichment.app.api import open_api
from enrichment.settings import EmbeddingSettings, PostgresSettings, QdrantSettings, Settings
from tests.adapters.postgres.examples import Stage
from tests.reader.examples import BOT, USER, Shelf
from tests.web.api.conftest import FIXED, OPERATOR, WITH_TOKENS, bearer


@pytest.fixture
async def app(embedded_url: str, database_dsn: str) -> AsyncIterator[App]:
    settings = Settings(
        qdrant=QdrantSettings(url=embedded_url, collections=("none*",)),
        postgres=PostgresSettings(dsn=SecretStr(database_dsn)),
        web=WITH_TOKENS,
        embedding=EmbeddingSettings(memory=True, collection=f"enrichment_memory_{uuid.uuid4().hex}"),
    )
    async with open_app(settings, trigger="daemon") as app:
        yield app
        await app.servers.qdrant.client.delete_collection(settings.embedding.collection)


async def test_the_api_recalls_by_meaning(app: App) -> None:
    stage = Stage(app.servers.database)
    await stage.execute("insert into users (user_id) values ($1)", USER)
    fact = await Shelf(stage).fact("Ada photographs birds")
    async with open_vector_keeper(app.settings, app.servers) as keeper:
        assert keeper is not None
        await keeper.next_slice(timedelta(0))

    async with (
        open_api(app, Metrics(FIXED)) as api,
        httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://a", headers=bearer(OPERATOR)) as agent,
    ):
        asked = {"user_id": USER, "bot": BOT, "question": "ornithophotographer"}
        (found,) = (await agent.post("/recall", json=asked)).json()["found"]

    assert (found["found_id"], found["why"]["words"]) == (str(fact), 0.0)

"""The daemon keeps vectors beside its work, and an embedder that is away holds nobody up."""

import uuid
from collections.abc import AsyncIterator

import pytest
from qdrant_client import AsyncQdrantClient
from structlog.testing import capture_logs

from enrichment.adapters.meaning.points import PREFIX
from enrichment.app.vectors import keeping_vectors
from enrichment.app.worker import open_app
from enrichment.settings import EmbeddingSettings, LoopSettings
from tests.worker.stage import Stage

DUE = "select count(*) from vectors where due_at is not null"
DONE = "select count(*) from vectors where text_hash is not null"


@pytest.fixture
async def collection(stage: Stage, embedded_url: str) -> AsyncIterator[str]:
    """The name of a collection of ours that the worker's settings want."""
    name = f"{PREFIX}_{uuid.uuid4().hex}"
    stage.settings = stage.settings.model_copy(
        update={
            "embedding": EmbeddingSettings(memory=True, collection=name),
            "loop": LoopSettings(maintenance_seconds=0.05),
        }
    )
    yield name
    client = AsyncQdrantClient(url=embedded_url)
    await client.delete_collection(name)
    await client.close()


async def until(stage: Stage, question: str, answer: int) -> None:
    while await stage.rows(question) != [(answer,)]:
        pass


async def test_what_a_worker_learns_gets_vectors(stage: Stage, collection: str, embedded_url: str) -> None:
    await stage.say("I like tea", "I live in Oslo")

    async with open_app(stage.settings, trigger="daemon") as app, keeping_vectors(app):
        await stage.run()
        await until(stage, DONE, 3)  # two facts and a summary

    client = AsyncQdrantClient(url=embedded_url)
    assert (await client.count(collection)).count == 3
    await client.close()


async def test_an_embedder_that_is_away_holds_nobody_up_and_is_told_of_once(stage: Stage, collection: str) -> None:
    await stage.say("I like tea")
    async with open_app(stage.settings, trigger="daemon") as app, keeping_vectors(app):
        await until(stage, "select count(*) from vector_index", 1)
    away = EmbeddingSettings(memory=True, collection=collection, base_url="http://127.0.0.1:1/v1", timeout_seconds=0.2)
    settings = stage.settings.model_copy(update={"embedding": away})

    with capture_logs() as logs:
        async with open_app(settings, trigger="daemon") as app, keeping_vectors(app):
            tally = await stage.run()
            await until(stage, DUE, 2)
            await app.ports.clock.sleep(0.3)

    assert tally.users == 1
    assert [each["event"] for each in logs if each["event"].startswith("vectors.")] == ["vectors.waiting"]

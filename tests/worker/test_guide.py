"""The guide's code does what the guide says."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.model_server import ModelServer
from bench.model_server.responders import Fixed
from enrichment.app import open_vector_keeper
from enrichment.reader import EnrichmentReader, ReaderOptions
from enrichment.settings import EmbeddingSettings
from tests.worker.stage import Stage

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
AT_ONCE = timedelta(milliseconds=1)
PATIENT = ReaderOptions(good_for=timedelta(0), listen=False, deadline=timedelta(seconds=20))


@pytest.fixture
async def agent(
    stage: Stage, database_dsn: str, embedded_url: str, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[dict[str, Callable[..., Any]]]:
    """The names that the guide's blocks define, with its reader open and patient, and a model that says "ok"."""
    monkeypatch.setenv("ENRICHMENT_QDRANT__URL", embedded_url)
    monkeypatch.setenv("ENRICHMENT_POSTGRES__DSN", database_dsn)
    monkeypatch.setenv("OPENAI_BASE_URL", model_server.base_url)
    monkeypatch.setenv("AGENT_COLLECTION", stage.collection)
    names: dict[str, Any] = {"__name__": "agent"}
    exec(compile("\n".join(BLOCK.findall(GUIDE.read_text(encoding="utf-8"))), str(GUIDE), "exec"), names)  # noqa: S102
    names["reader"] = EnrichmentReader(database_dsn, PATIENT)
    model_server.responder = Fixed("ok")
    async with names["reader"]:
        yield names
    await names["model"].aclose()
    await names["qdrant"].close()


async def test_what_was_said_is_in_the_next_prompt(
    stage: Stage, agent: dict[str, Any], model_server: ModelServer
) -> None:
    await agent["prepare"]()
    assert await agent["reply"]("anna", "hello") == "ok"
    await stage.say("I am allergic to nuts")
    await stage.run()

    model_server.responder = Fixed("ok")
    await agent["reply"]("anna", "What should I eat?")

    prompt = model_server.requests[-1].text
    assert prompt.startswith("You are Luna, a friend who listens.\n\n<memory")
    assert "- anna said I am allergic to nuts" in prompt


async def test_memory_can_be_looked_up_and_shown(stage: Stage, agent: dict[str, Any]) -> None:
    await stage.say("I am allergic to nuts")
    await stage.run()

    assert "allergic" in (await agent["look_up"]("anna", "Am I allergic to something?"))[0]
    assert await agent["profile"]("anna") == "- anna said I am allergic to nuts"


async def test_a_refresh_tells_when_it_takes_too_long(stage: Stage, agent: dict[str, Any]) -> None:
    await stage.say("I am allergic to nuts")

    assert "still being read" in await agent["profile"]("anna", refresh=True, patience=AT_ONCE)
    assert await agent["profile"]("anna") == "Nothing is known of you yet."


async def test_a_task_is_in_the_next_prompt(agent: dict[str, Any], model_server: ModelServer) -> None:
    await agent["prepare"]()
    await agent["begin_task"]("anna", "write chapter one")

    await agent["reply"]("anna", "Let us begin")

    assert "at work on project: my book, task: write chapter one" in model_server.requests[-1].text


async def test_memory_can_be_looked_up_by_meaning(
    stage: Stage, agent: dict[str, Any], monkeypatch: pytest.MonkeyPatch, embedded_url: str
) -> None:
    ours = f"enrichment_memory_{stage.collection}"
    monkeypatch.setenv("ENRICHMENT_EMBEDDING__COLLECTION", ours)
    stage.settings = stage.settings.model_copy(update={"embedding": EmbeddingSettings(memory=True, collection=ours)})
    await stage.say("I photograph birds")
    await stage.run()
    async with stage.opened() as app, open_vector_keeper(app.settings, app.servers) as keeper:
        assert keeper is not None
        await keeper.next_slice(AT_ONCE)

    found = await agent["look_up_by_meaning"]("anna", "ornithophotographer")

    assert "birds" in found[0]
    await agent["qdrant"].delete_collection(ours)

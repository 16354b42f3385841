"""T35: the figures can be asked for while ten thousand users wait and the worker works."""

import asyncio
import statistics
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from qdrant_client.http import models

from enrichment.adapters.monitoring import figures
from enrichment.adapters.qdrant.server import connected
from enrichment.app import App, open_daemon
from enrichment.loop import Rhythm, run_forever
from enrichment.producer import stamp
from enrichment.settings import WebSettings
from tests.faults.servers import free_port
from tests.patience import patiently
from tests.worker.stage import NOON, Stage

USERS = 10_000
PAGE = 2_000
SCRAPES = 15
# What monitoring may cost: the bound of the specification, for the median.
MOST_SECONDS = 0.2
RHYTHM = Rhythm(busy_seconds=0.1, idle_seconds=0.1, replan_seconds=1, reconcile_seconds=1)


@pytest.fixture
async def daemon(stage: Stage, embedded_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The address of a worker in the midst of a large backlog; no scrape shares another one's look at the database."""
    monkeypatch.setattr(figures, "FRESH_SECONDS", 0.0)
    await many_wait(embedded_url, stage.collection)
    port = free_port()
    settings = stage.settings.model_copy(update={"web": WebSettings(port=port)})
    async with open_daemon(settings) as app, working(app):
        yield f"http://127.0.0.1:{port}/metrics"


@asynccontextmanager
async def working(app: App) -> AsyncIterator[None]:
    """Let it work, as the command does, until the block ends."""
    stopping = asyncio.Event()
    work = asyncio.create_task(run_forever(lambda: app.cycle(stopping, due_only=True), RHYTHM, stopping, app.note))
    try:
        yield
    finally:
        stopping.set()
        await work


async def many_wait(url: str, collection: str) -> None:
    """Store one message of each user, as agents would."""
    async with connected(url) as server:
        for start in range(0, USERS, PAGE):
            await server.client.upsert(collection, [point(user) for user in range(start, start + PAGE)])


def point(user: int) -> models.PointStruct:
    point_id = str(uuid.UUID(int=user))
    payload = {
        "user_id": f"user{user}",
        "bot_name": "luna",
        "role": "user",
        "content": f"I own the book number {user}.",
        "timestamp": NOON.isoformat(),
    }
    return models.PointStruct(id=point_id, vector=[1.0, 0.0], payload=stamp(payload, point_id=point_id))


async def scraped(http: httpx.AsyncClient, address: str) -> tuple[float, Mapping[tuple[str, ...], float]]:
    """Return how many seconds a scrape took, and each series by its name and the values of its labels."""
    began = time.perf_counter()
    answer = await http.get(address)
    seconds = time.perf_counter() - began
    families = text_string_to_metric_families(answer.text)
    samples = (sample for family in families for sample in family.samples)
    return seconds, {(sample.name, *sample.labels.values()): sample.value for sample in samples}


async def busy(http: httpx.AsyncClient, address: str) -> Mapping[tuple[str, ...], float]:
    """Return the series once all users are known to wait and the first messages have been read."""
    while True:
        _, series = await scraped(http, address)
        if series["enrichment_pending_users",] and series["enrichment_messages_total", "completed"]:
            return series


@pytest.mark.faults
@pytest.mark.timeout(120)
async def test_a_scrape_while_ten_thousand_users_wait_is_quick_and_brings_no_series_of_theirs(daemon: str) -> None:
    async with httpx.AsyncClient(timeout=10) as http:
        before = await busy(http, daemon)

        scrapes = [await scraped(http, daemon) for _ in range(SCRAPES)]

    took, series = [seconds for seconds, _ in scrapes], scrapes[-1][1]
    assert series["enrichment_messages_total", "completed"] > before["enrichment_messages_total", "completed"]
    assert {len(each) for _, each in scrapes} == {len(before)}
    assert statistics.median(took) < patiently(MOST_SECONDS), took

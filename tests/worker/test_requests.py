"""An agent can ask for a user, and wait until all that was said so far is read."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from enrichment.app.waking import waking
from enrichment.reader import EnrichmentReader, ReaderOptions
from tests.worker.stage import Stage

PATIENT = timedelta(seconds=20)
AT_ONCE = timedelta(milliseconds=1)


@pytest.fixture
async def reader(stage: Stage, database_dsn: str) -> AsyncIterator[EnrichmentReader]:
    async with EnrichmentReader(database_dsn, ReaderOptions(good_for=timedelta(0), listen=False)) as reader:
        yield reader


async def test_nothing_is_settled_before_anybody_has_looked(reader: EnrichmentReader) -> None:
    assert await reader.request_enrichment("anna", deadline=PATIENT)
    assert not await reader.request_enrichment("anna", wait=AT_ONCE, deadline=PATIENT)


async def test_who_waits_learns_when_everything_so_far_is_read(stage: Stage, reader: EnrichmentReader) -> None:
    await stage.run()
    await stage.say("I like tea", "I live in Oslo")
    waiting = asyncio.create_task(reader.request_enrichment("anna", wait=PATIENT, deadline=PATIENT))

    async with stage.opened() as app:
        while not waiting.done():
            await app.cycle(asyncio.Event(), due_only=True).once_around(float("inf"))

    context = await reader.load("anna", "luna", deadline=PATIENT)
    assert await waiting
    assert len(context.facts.value or ()) == 2


async def test_what_is_still_pending_is_not_settled(stage: Stage, reader: EnrichmentReader) -> None:
    await stage.run()
    await stage.say("I like tea")

    assert not await reader.request_enrichment("anna", wait=timedelta(seconds=0.3), deadline=PATIENT)


async def test_a_user_who_was_asked_for_is_due_at_once(stage: Stage, reader: EnrichmentReader) -> None:
    now = datetime.now(UTC)
    await stage.say("I like tea", user="anna", at=now)
    await stage.say("I like beer", user="bert", at=now)

    await reader.request_enrichment("anna", deadline=PATIENT)
    async with stage.opened() as app:
        await app.cycle(asyncio.Event(), due_only=True).once_around(float("inf"))

    assert (await reader.load("anna", "luna", deadline=PATIENT)).facts.value
    assert not (await reader.load("bert", "luna", deadline=PATIENT)).facts.value


async def test_a_request_wakes_who_sleeps(reader: EnrichmentReader, database_dsn: str) -> None:
    woken = asyncio.Event()
    async with waking(database_dsn, woken):
        await asyncio.wait_for(woken.wait(), timeout=60)
        woken.clear()

        await reader.request_enrichment("anna", deadline=PATIENT)

        await asyncio.wait_for(woken.wait(), timeout=60)

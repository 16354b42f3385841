"""A successor reads a stored answer once; if that kills it too, the messages are asked about in smaller batches."""

import asyncio
from decimal import Decimal

import pytest

from enrichment.digest import ask
from enrichment.domain.batches import Known, Limits
from enrichment.domain.changes import UserHistory
from enrichment.domain.prompt import Answer, Usage
from enrichment.loop import run_once
from enrichment.planning.turn import plan_turn
from tests.worker.stage import Stage

ANSWER = Answer(text='{"facts": [], "signals": [], "windows": []}', model="x", usage=Usage())


async def answered_and_left(stage: Stage) -> None:
    """Do what a process has done that dies while it reads its answer."""
    async with stage.opened() as app:
        lease = await app.ports.leases.claim("anna")
        assert lease is not None
        fetched = await app.ports.pending.fetch("anna", await stage.refs())
        (batch,) = plan_turn("anna", fetched.messages, UserHistory(), Limits()).batches
        opened = await app.ports.open_batches.open(batch, Known(), ask(batch, Known()), lease)
        await app.ports.calls.answered(await app.ports.calls.reserve(opened, "x", Decimal(0)), ANSWER)
        await app.ports.leases.release(lease, served=False)


async def taken_up_and_left(stage: Stage) -> None:
    """Do what a successor has done that dies of the same answer."""
    async with stage.opened() as app:
        lease = await app.ports.leases.claim("anna")
        assert lease is not None
        assert await app.ports.open_batches.unfinished(lease) is not None
        await app.ports.leases.release(lease, served=False)


@pytest.mark.parametrize(("deaths", "calls"), [(0, 0), (1, 1)])
async def test_the_second_death_over_an_answer_has_it_asked_for_again(stage: Stage, deaths: int, calls: int) -> None:
    await stage.say("I keep bees.")
    await answered_and_left(stage)
    await asyncio.gather(*(taken_up_and_left(stage) for _ in range(deaths)))

    async with stage.opened() as app:
        await run_once(app.cycle(asyncio.Event()))
        tally = await run_once(app.cycle(asyncio.Event()))

    assert (tally.pending_left, stage.model.stats.calls) == (0, calls)
    assert await stage.statuses() == {"completed": 1}

"""A collection that cannot be read keeps nobody else from being served."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from enrichment.adapters.qdrant.server import QdrantFailure
from enrichment.domain.messages import Fetched, Pending, PointRef
from enrichment.domain.outcomes import Settled, Settlement
from enrichment.errors import DependencyUnavailable
from enrichment.loop import run_once
from enrichment.ports import PendingMessages
from tests.worker.stage import Stage

FORBIDDEN = "forbidden"


class WithForbidden:
    """The messages of a stage, beside a collection that only fails; ``alone``: there is nothing else."""

    def __init__(self, pending: PendingMessages, *, alone: bool = False) -> None:
        self._pending = pending
        self._alone = alone

    async def collections(self) -> Sequence[str]:
        return [FORBIDDEN] if self._alone else [FORBIDDEN, *await self._pending.collections()]

    async def backlog(self, collection: str) -> AsyncIterator[Sequence[Pending]]:
        if collection == FORBIDDEN:
            raise QdrantFailure("failed to list what is pending (HTTP 403)", status=403)
        async for page in self._pending.backlog(collection):
            yield page

    async def fetch(self, user_id: str, refs: Sequence[PointRef]) -> Fetched:
        return await self._pending.fetch(user_id, refs)

    async def settle(self, settlements: Sequence[Settlement]) -> Settled:
        return await self._pending.settle(settlements)


async def test_one_forbidden_collection_does_not_stop_the_others(stage: Stage) -> None:
    await stage.say("I keep bees.")
    async with stage.opened() as app:
        beside = replace(app, ports=replace(app.ports, pending=WithForbidden(app.ports.pending)))

        tally = await run_once(beside.cycle(asyncio.Event()))

    assert (tally.completed, dict(tally.failures)) == (1, {"collection": 1})


async def test_nothing_but_forbidden_collections_is_a_server_that_is_down(stage: Stage) -> None:
    async with stage.opened() as app:
        beside = replace(app, ports=replace(app.ports, pending=WithForbidden(app.ports.pending, alone=True)))

        with pytest.raises(DependencyUnavailable):
            await run_once(beside.cycle(asyncio.Event()))

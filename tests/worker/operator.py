"""What an operator does on the stage: sweeps, requeues, pauses, and breaks things behind the worker's back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from enrichment.adapters.postgres.pauses import PostgresPauses
from enrichment.adapters.postgres.quarantine import PostgresQuarantine, Quarantined
from enrichment.adapters.postgres.requeued import PostgresRequeued
from enrichment.app import App, open_app
from enrichment.domain.messages import PointRef
from enrichment.domain.selection import Selection
from enrichment.domain.upkeep import Findings
from enrichment.options import sweep_options
from enrichment.reconcile.leftovers import reopen_requeued, settle_leftovers
from enrichment.reconcile.sweep import SweepOptions, sweep, sweep_due
from enrichment.settings import MemorySettings
from tests.worker.stage import Stage

AT_ONCE = timedelta(0)
ALL = Selection()


@dataclass(frozen=True)
class Operator:
    stage: Stage

    @asynccontextmanager
    async def app(self) -> AsyncIterator[App]:
        async with open_app(self.stage.settings, trigger="test") as app:
            yield app

    async def execute(self, sql: str, *arguments: object) -> None:
        async with self.app() as app, app.servers.database.connection() as connection:
            await connection.execute(sql, *arguments)

    async def sweep(self, *, repair: bool = False, deleted: Literal["keep", "retract"] = "keep") -> Findings:
        memory = MemorySettings(on_message_deleted=deleted)
        self.stage.settings = self.stage.settings.model_copy(update={"memory": memory})
        async with self.app() as app:
            return await sweep(app.ports, self.stage.collection, sweep_options(self.stage.settings, repair=repair))

    async def sweep_slices(self, count: int, every: timedelta = AT_ONCE) -> None:
        """What the daemon does between its cycles, this many times."""
        async with self.app() as app:
            for _ in range(count):
                await sweep_due(app.ports, SweepOptions(every=every))

    async def reenrich(self, selection: Selection = ALL, below: int | None = None, *, reopen: bool = True) -> int:
        """Requeue, and tell the store unless somebody pulls the plug before."""
        async with self.app() as app:
            pages = [page async for page in PostgresRequeued(app.servers.database, page=2).reenrich(selection, below)]
            if reopen:
                await reopen_requeued(app.ports.upkeep)
        return sum(map(len, pages))

    async def quarantined(self) -> list[Quarantined]:
        async with self.app() as app:
            return list(await PostgresQuarantine(app.servers.database).list())

    async def retry(self, one: Quarantined) -> None:
        async with self.app() as app:
            texts = [(one.identity, one.content_hash)]
            await PostgresRequeued(app.servers.database).requeue(one.user_id, texts, "retry")
            await reopen_requeued(app.ports.upkeep)

    async def drop(self, one: Quarantined) -> None:
        async with self.app() as app:
            await PostgresQuarantine(app.servers.database).drop(one)
            await settle_leftovers(app.ports)

    async def pause(self, reason: str = "") -> None:
        async with self.app() as app:
            await PostgresPauses(app.servers.database).pause(reason)

    async def resume(self) -> None:
        async with self.app() as app:
            await PostgresPauses(app.servers.database).resume()

    async def settle_as_a_latecomer(self, point_id: str) -> None:
        """Call a point done like a worker that read the ledger before the point was requeued."""
        async with self.app() as app:
            ref = PointRef(self.stage.collection, point_id)
            [point] = await app.ports.upkeep.points.look([ref])
            settlement = self.stage.settlement(point_id, point.content_hash or b"")
            await app.ports.ledger.settled([settlement], await app.ports.pending.settle([settlement]))

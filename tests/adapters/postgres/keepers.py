"""The two that keep a worker's records, the fake and the real one, behind the ports that they share."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.requeued import PostgresRequeued
from enrichment.domain.batches import Batch, Known
from enrichment.domain.changes import Changes
from enrichment.domain.facts import Fact
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.outcomes import Settled
from enrichment.errors import ModelFailure
from enrichment.ports import Backlog, Calls, History, Lease, Leases, Ledger, Memory, OpenBatches
from enrichment.upkeep import Requeued
from tests.adapters.postgres.examples import USER, Stage, a_batch, a_prompt, an_answer, pages, pending
from tests.fakes.database import Truth
from tests.fakes.memory import FakeMemory
from tests.fakes.pace import TurnedClock
from tests.fakes.postgres import (
    FakeBacklog,
    FakeCalls,
    FakeHistory,
    FakeLeases,
    FakeLedger,
    FakeOpenBatches,
    FakePostgres,
)
from tests.fakes.upkeep import FakeRequeued


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """All ports of one keeper; ``again`` requeues a message, which is no port."""

    backlog: Backlog
    leases: Leases
    open_batches: OpenBatches
    calls: Calls
    memory: Memory
    history: History
    ledger: Ledger
    requeued: Requeued
    again: Callable[[Message], Awaitable[object]]

    async def claim(self, user_id: str = USER) -> Lease:
        """Claim a user who must be free."""
        lease = await self.leases.claim(user_id)
        assert lease is not None
        return lease

    async def commit(self, lease: Lease, batch: Batch, changes: Changes | None = None) -> None:
        """Read a batch that taught this."""
        opened = await self.open_batches.open(batch, Known(), a_prompt(batch), lease)
        await self.memory.commit(opened, changes or Changes(), lease)

    async def ask(self, lease: Lease, batch: Batch, failure: ModelFailure | None) -> Sequence[PointRef]:
        """Ask about a batch; return what is quarantined if it fails."""
        opened = await self.open_batches.open(batch, Known(), a_prompt(batch), lease)
        call = await self.calls.reserve(opened, "stub-1", Decimal(0))
        if failure is not None:
            await self.calls.failed(call, failure)
            return await self.open_batches.fail(opened.batch_id, failure, lease, parts=2)
        await self.calls.answered(call, an_answer())
        await self.memory.commit(opened, Changes(), lease)
        return ()

    async def look(self, *messages: Message) -> None:
        """Find these messages pending, and no others."""
        points = [(message.ref.point_id, message.said_at.timestamp()) for message in messages]
        await self.backlog.replace("chat", pages(pending(USER, *points)))

    async def settle(self, settled: Settled) -> None:
        """Settle all that is unsettled; it comes to this."""
        await self.ledger.settled(await self.ledger.unsettled(USER, 100), settled)

    async def fact(self, fact: Fact, message: Message) -> Fact:
        """Return what is stored of a fact, whatever its state."""
        known = await self.memory.known(a_batch(message), {"K1": fact.fact_id})
        return known.facts["K1"]


def real(database: Database) -> Keeper:
    """Return the adapters."""
    stage = Stage(database)
    requeued = PostgresRequeued(database)
    return Keeper(
        backlog=stage.backlog,
        leases=stage.leases,
        open_batches=stage.open_batches,
        calls=stage.calls,
        memory=stage.memory,
        history=stage.history,
        ledger=stage.ledger,
        requeued=requeued,
        again=lambda message: requeued.requeue(USER, [(message.identity, message.content_hash)], "reenrich"),
    )


def fake() -> Keeper:
    """Return the fakes."""
    postgres = FakePostgres(TurnedClock(), Truth())

    async def again(message: Message) -> None:
        postgres.truth.requeue(message.ref)

    return Keeper(
        backlog=FakeBacklog(postgres),
        leases=FakeLeases(postgres, uuid.uuid4()),
        open_batches=FakeOpenBatches(postgres),
        calls=FakeCalls(postgres),
        memory=FakeMemory(postgres),
        history=FakeHistory(postgres),
        ledger=FakeLedger(postgres),
        requeued=FakeRequeued(postgres),
        again=again,
    )

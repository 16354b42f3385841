"""A small world in memory: agents that write, edit and delete, a database that can be put back, and real workers."""

import asyncio
import copy
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from enrichment.cycle import Cycle, CycleOptions
from enrichment.domain.batches import Limits
from enrichment.domain.messages import PointRef
from enrichment.errors import EnrichmentError
from enrichment.ports import Ports
from enrichment.producer import stamp
from enrichment.reconcile.sweep import SweepOptions, sweep
from enrichment.turn import TurnLimits
from enrichment.upkeep import Upkeep
from tests.fakes.database import Truth
from tests.fakes.memory import FakeMemory
from tests.fakes.no_engines import NONE_RUN
from tests.fakes.pace import TurnedClock
from tests.fakes.pending import FakePending, FakeStore
from tests.fakes.postgres import (
    LEASE_SECONDS,
    FakeBacklog,
    FakeCalls,
    FakeHistory,
    FakeLeases,
    FakeLedger,
    FakeOpenBatches,
    FakePostgres,
)
from tests.fakes.upkeep import FakeInventory, FakePoints, FakeRequeued, NeverPaused, NoMaintenance, NoSweeps
from tests.simulation.model import OpenGate, SimulatedModel
from tests.simulation.process import Killed, Process, Reached

CHAT = "chat"
# Small, so that few messages make several batches of a turn and several turns of a user.
LIMITS = TurnLimits(messages=7, batches=Limits(max_batch_messages=3))


@dataclass(frozen=True, slots=True)
class Text:
    """What a point holds, or held: whose, which canary, said when."""

    user_id: str
    canary: str
    at: datetime

    @property
    def payload(self) -> dict[str, object]:
        """The payload without its stamp."""
        return {
            "user_id": self.user_id,
            "bot_name": "elena",
            "role": "user",
            "content": f"I own a teapot called {self.canary}.",
            "timestamp": self.at.isoformat(),
        }


@dataclass
class World:
    """``held`` are the texts of each live point, the current one last; ``gone`` are canaries of deleted points."""

    clock: TurnedClock = field(default_factory=TurnedClock)
    store: FakeStore = field(default_factory=lambda: FakeStore(collections={CHAT: {}}))
    held: dict[str, list[Text]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    backups: list[Truth] = field(default_factory=list)
    written: int = 0

    def __post_init__(self) -> None:
        self.postgres = FakePostgres(self.clock, Truth())
        self.model = SimulatedModel(lambda: self.postgres.truth)

    @property
    def truth(self) -> Truth:
        """What the database holds now."""
        return self.postgres.truth

    def say(self, user: int, *, poison: bool = False) -> None:
        """Write a new message."""
        self.clock.seconds += 20
        text = self._text(f"u{user:02}", self.clock.now())
        if poison:
            self.model.poison.add(text.canary)
        self._put(f"p{self.written:05}", text)

    def copy(self, point_id: str) -> None:
        """Write the same message under another id."""
        self.written += 1
        self._put(f"p{self.written:05}", self.held[point_id][-1])

    def edit(self, point_id: str, *, back: bool = False) -> None:
        """Give a message a new text, or its first one again."""
        texts = self.held[point_id]
        self._put(point_id, texts[0] if back else self._text(texts[-1].user_id, texts[-1].at))

    def delete(self, point_id: str) -> None:
        """Delete a message; what it taught may stay."""
        self.gone |= {text.canary for text in self.held.pop(point_id)}
        del self.store.collections[CHAT][point_id]

    def erase(self, user: int) -> None:
        """Erase a user; a backup from before would bring them back, so there is none any more."""
        self.clock.seconds += 1
        self.truth.erase(f"u{user:02}", self.clock.now())
        self.clock.seconds += 1
        self.backups.clear()

    def back_up(self) -> None:
        """Keep a copy of the database."""
        self.backups.append(copy.deepcopy(self.truth))

    async def restore(self, age: int) -> None:
        """Put an older copy in the database's place and mend what differs, as an operator does."""
        self.postgres.truth = copy.deepcopy(self.backups[-age])
        self.clock.seconds += LEASE_SECONDS
        await self.sweep()

    async def sweep(self) -> None:
        """``reconcile --repair``."""
        await sweep(self.ports(Process()), CHAT, SweepOptions(repair=True))

    async def run(self, process: Process) -> None:
        """Let a worker drain what is pending; it may die, lose its lease, or find a server down."""
        options = CycleOptions(turn=LIMITS, concurrency=2, lease_seconds=LEASE_SECONDS)
        cycle = Cycle(self.ports(process), options, asyncio.Event())
        try:
            await cycle.drain()
        except* (Killed, EnrichmentError):
            process.alive = False

    async def come_to_rest(self) -> None:
        """Let workers run, one after the other, each after the leases of the last, until nothing is pending."""
        self.model.is_down = False
        for _ in range(40):
            self.clock.seconds += LEASE_SECONDS + 1
            await self.run(Process())
            if not self.unfinished():
                return
        raise AssertionError(f"never comes to rest: {self.unfinished()}")

    def unfinished(self) -> list[str]:
        """Return the points that are pending, and everything that a worker has begun and not ended."""
        pending = [key for key, one in self.store.collections[CHAT].items() if one["enrichment_status"] == "pending"]
        unsettled = [end.ref.point_id for end in self.truth.in_force() if not end.settled]
        again = [ref.point_id for ref in self.truth.requeued]
        return [*pending, *unsettled, *self.truth.open, *again]

    def ports(self, process: Process) -> Ports:
        """Return all ports of a worker of its own."""
        postgres = self.postgres
        pending = FakePending(self.store, self.clock)
        upkeep = Upkeep(
            points=Reached(FakePoints(self.store, postgres), process),
            requeued=Reached(FakeRequeued(postgres), process),
            inventory=FakeInventory(postgres),
            sweeps=NoSweeps(),
            pauses=NeverPaused(),
            maintenance=NoMaintenance(),
        )
        ports = {
            "pending": pending,
            "backlog": FakeBacklog(postgres),
            "leases": FakeLeases(postgres, uuid.uuid4()),
            "open_batches": FakeOpenBatches(postgres),
            "calls": FakeCalls(postgres),
            "memory": FakeMemory(postgres),
            "history": FakeHistory(postgres),
            "ledger": FakeLedger(postgres),
            "model": self.model,
        }
        reached = {name: Reached(port, process) for name, port in ports.items()}
        return Ports(**reached, gate=OpenGate(), clock=self.clock, upkeep=upkeep, engines=NONE_RUN)

    def status(self, point_id: str) -> str:
        """Return what the store says of a point."""
        return str(self.store.collections[CHAT][point_id]["enrichment_status"])

    def _text(self, user_id: str, at: datetime) -> Text:
        self.written += 1
        return Text(user_id, f"{user_id}m{self.written:04}", at)

    def _put(self, point_id: str, text: Text) -> None:
        self.store.collections[CHAT][point_id] = stamp(text.payload, point_id)
        self.held.setdefault(point_id, []).append(text)


def ref_of(point_id: str) -> PointRef:
    """Return where a point lies."""
    return PointRef(CHAT, point_id)

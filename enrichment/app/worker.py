"""The program, put together and ready to work."""

import asyncio
import gc
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from enrichment import options
from enrichment.adapters.clock import SystemClock
from enrichment.adapters.outside import kept as outside
from enrichment.adapters.postgres.access_log import PostgresAccessLog
from enrichment.adapters.postgres.backlog import PostgresBacklog
from enrichment.adapters.postgres.caches import PostgresBots, PostgresCaches
from enrichment.adapters.postgres.calls import PostgresCalls
from enrichment.adapters.postgres.history import PostgresHistory
from enrichment.adapters.postgres.leases import PostgresLeases
from enrichment.adapters.postgres.ledger import PostgresLedger
from enrichment.adapters.postgres.memory import PostgresMemory
from enrichment.adapters.postgres.open_batches import PostgresOpenBatches
from enrichment.adapters.postgres.pair_states import PostgresPairStates
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.rebuilds import PostgresRebuilds
from enrichment.adapters.postgres.runs import CollectionCycle, PostgresRuns
from enrichment.adapters.qdrant.pending import QdrantPending
from enrichment.adapters.qdrant.points import QdrantPoints
from enrichment.adapters.qdrant.settling import Settler
from enrichment.adapters.upkeep import upkeep_of
from enrichment.app.servers import Servers, open_model, open_servers
from enrichment.app.sources import open_quality
from enrichment.cycle import Cycle, CycleOptions
from enrichment.domain.selection import Selection
from enrichment.domain.tally import Tally
from enrichment.engines.keeping import Engines
from enrichment.engines.outside import QualityMetrics
from enrichment.engines.registry import ENGINES
from enrichment.ports import Clock, Model, Ports
from enrichment.settings import Settings

# What the way from a message to its facts has been so far; a new number re-enriches only when asked to (`reenrich`).
PIPELINE_VERSION = 1
ALL = Selection()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdentity:
    """Who runs, and why; ``owner`` is random per process and stands in the leases."""

    owner: uuid.UUID
    run_id: uuid.UUID
    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The program, ready to work."""

    settings: Settings
    servers: Servers
    ports: Ports
    runs: PostgresRuns
    identity: RunIdentity
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def cycle(
        self,
        stopping: asyncio.Event,
        *,
        due_only: bool = False,
        selection: Selection = ALL,
        max_messages: int | None = None,
        despite_pause: bool = False,
    ) -> Cycle:
        """Return a cycle with the settings' limits."""
        wanted = CycleOptions(
            turn=options.turn_limits(self.settings),
            concurrency=self.settings.model.concurrency,
            lease_seconds=self.settings.loop.lease_seconds,
            policy=options.due_policy(self.settings) if due_only else None,
            selection=selection,
            max_messages=max_messages,
            sweep=options.sweep_options(self.settings),
            maintenance=options.maintenance_pause(self.settings),
            refresh=options.refresh_options(self.settings),
            despite_pause=despite_pause,
        )
        return Cycle(self.ports, wanted, stopping)

    @asynccontextmanager
    async def recorded(self, cycle: Cycle) -> AsyncIterator[None]:
        """Write that the run begins, and what it did, whether it ends well or not."""
        who = self.identity
        await self.runs.start(who.run_id, who.trigger, who.owner)
        result = "failed"
        try:
            yield
            result = "done"
        finally:
            await self.note(cycle.tally)
            await self.runs.finish(who.run_id, result, cycle.tally.report())

    async def note(self, tally: Tally) -> None:
        """Write what one cycle did where hosts look for it, if it did anything."""
        names = sorted({name for name, _ in tally.collections})
        cycles = [CollectionCycle(collection=n, seconds=tally.seconds, **tally.of_collection(n)) for n in names]
        if cycles:
            await self.runs.report(self.identity.run_id, cycles)


@asynccontextmanager
async def open_app(settings: Settings, *, trigger: str) -> AsyncIterator[App]:
    """Open everything that a worker needs; ``trigger`` (``once``, ``daemon``) is noted with its run."""
    async with (
        open_servers(settings) as servers,
        open_model(settings) as model,
        open_quality(settings, servers.database) as quality,
    ):
        yield assembled(settings, servers, model, trigger=trigger, quality=quality)


def assembled(
    settings: Settings, servers: Servers, model: Model, *, trigger: str, quality: QualityMetrics | None = None
) -> App:
    """Put a worker together that counts as one run."""
    who = RunIdentity(owner=uuid.uuid4(), run_id=uuid.uuid4(), trigger=trigger)
    database, clock, settler = servers.database, SystemClock(), Settler(servers.qdrant, servers.rules)
    points = QdrantPoints(servers.qdrant, clock, servers.rules, settler)
    ports = Ports(
        pending=pending_of(settings, servers, settler),
        backlog=PostgresBacklog(database, lease=settings.lease),
        leases=PostgresLeases(database, owner=who.owner, length=settings.lease),
        open_batches=PostgresOpenBatches(database, pipeline_version=PIPELINE_VERSION),
        calls=PostgresCalls(database, budgets=lambda user: options.budgets(settings, who.run_id, clock.now(), user)),
        memory=PostgresMemory(database, pipeline_version=PIPELINE_VERSION),
        history=history_of(settings, database),
        ledger=PostgresLedger(database),
        model=model,
        gate=options.gate(settings.model, database),
        clock=clock,
        upkeep=upkeep_of(database, points, options.retention(settings), who.owner),
        engines=engines_of(database, clock, quality, options.source_rhythm(settings)),
    )
    # What is loaded by now stays as long as the process. A full collection would walk through all of it, for nothing,
    # and take longer over that than a batch takes.
    gc.freeze()
    return App(settings=settings, servers=servers, ports=ports, runs=PostgresRuns(database), identity=who)


def engines_of(
    database: Database,
    clock: Clock,
    quality: QualityMetrics | None = None,
    rhythm: outside.Rhythm | None = None,
) -> Engines:
    """Return the engines, where their states lie, and what they look at beside messages."""
    return Engines(
        run=ENGINES,
        registered=frozenset(engine.name for engine in ENGINES),
        states=PostgresPairStates(database, ENGINES),
        rebuilds=PostgresRebuilds(database),
        caches=PostgresCaches(database),
        bots=PostgresBots(database),
        sources=outside.KeptSources(
            clock, metrics=quality, access_log=PostgresAccessLog(database, clock), rhythm=rhythm
        ),
    )


def pending_of(settings: Settings, servers: Servers, settler: Settler | None = None) -> QdrantPending:
    """Return the agents' messages as the settings say."""
    return QdrantPending(servers.qdrant, SystemClock(), servers.rules, options.scope(settings), settler)


def history_of(settings: Settings, database: Database) -> PostgresHistory:
    """Return what has happened to messages before, within the limits of a batch."""
    return PostgresHistory(database, pipeline_version=PIPELINE_VERSION, limits=options.turn_limits(settings).batches)

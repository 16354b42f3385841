"""Builds the adapters from the settings, and opens and closes them in the right order."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from enrichment import options
from enrichment.adapters.clock import SystemClock
from enrichment.adapters.diagnosis import Finding, of_database, of_qdrant
from enrichment.adapters.embedded import embedded
from enrichment.adapters.importer.embedding import Embedder, EmbeddingServer, HashedWords
from enrichment.adapters.importer.importing import ImportReport, import_messages
from enrichment.adapters.importer.importing import Progress as ImportProgress
from enrichment.adapters.in_memory import InMemoryBacklog, NoHistory, NoMemory
from enrichment.adapters.model.offline import OfflineModel
from enrichment.adapters.model.openai_compatible import openai_compatible
from enrichment.adapters.postgres.answers import answer_lengths
from enrichment.adapters.postgres.backlog import PostgresBacklog
from enrichment.adapters.postgres.calls import PostgresCalls
from enrichment.adapters.postgres.history import PostgresHistory
from enrichment.adapters.postgres.leases import PostgresLeases
from enrichment.adapters.postgres.ledger import PostgresLedger
from enrichment.adapters.postgres.memory import PostgresMemory
from enrichment.adapters.postgres.migrate import check_schema, current_version, migrate
from enrichment.adapters.postgres.open_batches import PostgresOpenBatches
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.pool import connected as postgres_connected
from enrichment.adapters.postgres.runs import CollectionCycle, PostgresRuns
from enrichment.adapters.qdrant.pending import QdrantPending
from enrichment.adapters.qdrant.points import QdrantPoints
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import Server, while_busy
from enrichment.adapters.qdrant.server import connected as qdrant_connected
from enrichment.adapters.qdrant.settling import Settler
from enrichment.adapters.resilience import Retries
from enrichment.adapters.upkeep import upkeep_of
from enrichment.cycle import Cycle, CycleOptions
from enrichment.domain.selection import Selection
from enrichment.domain.tally import Tally
from enrichment.errors import DependencyUnavailable
from enrichment.forecast import PRIOR, Forecaster
from enrichment.ports import Model, Ports
from enrichment.settings import Settings

# What the way from a message to its facts has been so far; a new number re-enriches only when asked to (`reenrich`).
PIPELINE_VERSION = 1
ALL = Selection()
RETRIES = Retries(attempts=4, seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Both stores, connected."""

    database: Database
    qdrant: Server
    rules: Rules


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
async def open_servers(settings: Settings, *, schema: bool = True) -> AsyncIterator[Servers]:
    """Connect to both stores, running the embedded ones if asked to; ``schema`` demands it, or makes it, up to date."""
    async with AsyncExitStack() as stack:
        dsn = settings.postgres.dsn.get_secret_value() if settings.postgres.dsn else None
        url = settings.qdrant.url
        own_database = dsn is None
        if dsn is None or url is None:
            own = await stack.enter_async_context(embedded(settings.data_dir))
            dsn, url = dsn or own.postgres_dsn, url or own.qdrant_url
        database = await stack.enter_async_context(postgres_connected(dsn, options.pool_options(settings)))
        if schema:
            await (migrate if own_database or settings.postgres.migrate else check_schema)(database)
        yield Servers(
            database=database,
            qdrant=await stack.enter_async_context(_qdrant(settings, url)),
            rules=options.rules(settings),
        )


@asynccontextmanager
async def open_app(settings: Settings, *, trigger: str) -> AsyncIterator[App]:
    """Open everything that a worker needs; ``trigger`` (``once``, ``daemon``) is noted with its run."""
    async with open_servers(settings) as servers, open_model(settings) as model:
        yield assembled(settings, servers, model, trigger=trigger)


def assembled(settings: Settings, servers: Servers, model: Model, *, trigger: str) -> App:
    """Put a worker together that counts as one run."""
    who = RunIdentity(owner=uuid.uuid4(), run_id=uuid.uuid4(), trigger=trigger)
    database, clock, settler = servers.database, SystemClock(), Settler(servers.qdrant, servers.rules)
    ports = Ports(
        pending=_pending(settings, servers, settler),
        backlog=PostgresBacklog(database, lease=settings.lease),
        leases=PostgresLeases(database, owner=who.owner, length=settings.lease),
        open_batches=PostgresOpenBatches(database, pipeline_version=PIPELINE_VERSION),
        calls=PostgresCalls(database, budgets=lambda user: options.budgets(settings, who.run_id, clock.now(), user)),
        memory=PostgresMemory(database, pipeline_version=PIPELINE_VERSION),
        history=_history(settings, database),
        ledger=PostgresLedger(database),
        model=model,
        gate=options.gate(settings.model, database),
        clock=clock,
        upkeep=upkeep_of(database, QdrantPoints(servers.qdrant, clock, servers.rules, settler)),
    )
    return App(settings=settings, servers=servers, ports=ports, runs=PostgresRuns(database), identity=who)


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncIterator[Model]:
    """Open the configured model, or the offline rules."""
    if settings.model.base_url is None:
        yield OfflineModel()
        return
    async with openai_compatible(options.endpoint(settings.model, settings.model.base_url)) as opened:
        yield opened


@asynccontextmanager
async def open_forecaster(settings: Settings) -> AsyncIterator[Forecaster]:
    """Open what a dry run reads; a database without a schema counts as empty, and nothing is written."""
    async with open_servers(settings, schema=False) as servers, open_model(settings) as model:
        version = await current_version(servers.database)
        is_new = version == 0
        yield Forecaster(
            pending=_pending(settings, servers),
            backlog=InMemoryBacklog(),
            history=NoHistory() if is_new else _history(settings, servers.database),
            memory=NoMemory() if is_new else PostgresMemory(servers.database, pipeline_version=PIPELINE_VERSION),
            model=model,
            lengths=await answer_lengths(servers.database, model.name, schema=version) or PRIOR,
        )


def unseen(_done: int, _total: int) -> None:
    """Show no progress."""


class Importer(Protocol):
    """Imports a file into a collection."""

    async def __call__(
        self, path: Path, collection: str, *, skip_bad: bool = False, on_progress: ImportProgress = unseen
    ) -> ImportReport:
        """See ``adapters.importer.import_messages``."""


@asynccontextmanager
async def open_importer(settings: Settings) -> AsyncIterator[Importer]:
    """Open what ``import`` needs: Qdrant, and where the vectors come from."""
    async with AsyncExitStack() as stack:
        url = settings.qdrant.url
        if url is None:
            url = (await stack.enter_async_context(embedded(settings.data_dir))).qdrant_url
        server = await stack.enter_async_context(_qdrant(settings, url))
        yield importer(settings, server, await stack.enter_async_context(_embedder(settings)))


def importer(settings: Settings, server: Server, embedder: Embedder) -> Importer:
    """Return an importer that reads payloads as the worker would."""
    rules = options.rules(settings)

    async def imported(
        path: Path, collection: str, *, skip_bad: bool = False, on_progress: ImportProgress = unseen
    ) -> ImportReport:
        return await import_messages(
            path,
            server,
            collection,
            embedder,
            now=SystemClock().now(),
            rules=rules,
            skip_bad=skip_bad,
            on_progress=on_progress,
        )

    return imported


def _qdrant(settings: Settings, url: str) -> AbstractAsyncContextManager[Server]:
    key = settings.qdrant.api_key
    return qdrant_connected(
        url,
        api_key=key.get_secret_value() if key else None,
        timeout_seconds=settings.qdrant.timeout_seconds,
        retry=while_busy(RETRIES),
    )


def _pending(settings: Settings, servers: Servers, settler: Settler | None = None) -> QdrantPending:
    return QdrantPending(servers.qdrant, SystemClock(), servers.rules, options.scope(settings), settler)


def _history(settings: Settings, database: Database) -> PostgresHistory:
    return PostgresHistory(database, pipeline_version=PIPELINE_VERSION, limits=options.turn_limits(settings).batches)


@asynccontextmanager
async def _embedder(settings: Settings) -> AsyncIterator[Embedder]:
    embedding = settings.embedding
    if embedding.base_url is None:
        yield HashedWords()
        return
    headers = {"authorization": f"Bearer {embedding.api_key.get_secret_value()}"} if embedding.api_key else {}
    async with httpx.AsyncClient(base_url=embedding.base_url, headers=headers, timeout=60) as http:
        yield EmbeddingServer(http, embedding.name, retry=while_busy(RETRIES))


async def examine(settings: Settings) -> Sequence[Finding]:
    """Check everything that `doctor` looks at; what cannot be reached is a finding, not an error."""
    findings: list[Finding] = []
    try:
        async with open_servers(settings, schema=False) as servers:
            findings += await of_database(servers.database)
            collections = await _pending(settings, servers).collections()
            findings += await of_qdrant(servers.qdrant, collections, servers.rules)
    except DependencyUnavailable as error:
        findings.append(Finding(ok=False, what=str(error), advice="is it running, and is its address right?"))
    offline = settings.model.base_url is None
    findings.append(
        Finding(
            ok=True,
            what="model: offline rules, for trying it out" if offline else f"model: {settings.model.name}",
            advice="set ENRICHMENT_MODEL__BASE_URL for a real one" if offline else "",
        )
    )
    return findings

"""Both stores and the model, opened as the settings say."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from enrichment import options
from enrichment.adapters.embedded import embedded
from enrichment.adapters.model.offline import OfflineModel
from enrichment.adapters.model.openai_compatible import openai_compatible
from enrichment.adapters.monitoring.dependencies import observing
from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.observation import unobserved
from enrichment.adapters.postgres.migrate import check_schema, migrate
from enrichment.adapters.postgres.pool import Database, PoolOptions
from enrichment.adapters.postgres.pool import connected as postgres_connected
from enrichment.adapters.predicates import predicate_table
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import Server, while_busy
from enrichment.adapters.qdrant.server import connected as qdrant_connected
from enrichment.adapters.resilience import Retries
from enrichment.memory.predicates import put_in_force
from enrichment.ports import Model
from enrichment.settings import Settings

RETRIES = Retries(attempts=4, seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Both stores, connected."""

    database: Database
    qdrant: Server
    rules: Rules
    dsn: str | None = field(default=None, repr=False)  # for what no pool can do: listening


@asynccontextmanager
async def open_servers(
    settings: Settings, *, schema: bool = True, metrics: Metrics | None = None
) -> AsyncIterator[Servers]:
    """Connect to both stores, running the embedded ones if asked to; ``schema`` demands it, or makes it, up to date.

    ``metrics`` hears of each request.
    """
    put_in_force(predicate_table(settings.memory.predicates))
    async with AsyncExitStack() as stack:
        dsn = settings.postgres.dsn.get_secret_value() if settings.postgres.dsn else None
        url = settings.qdrant.url
        own_database = dsn is None
        if dsn is None or url is None:
            own = await stack.enter_async_context(embedded(settings.data_dir))
            dsn, url = dsn or own.postgres_dsn, url or own.qdrant_url
        database = await stack.enter_async_context(postgres_connected(dsn, _pool_options(settings, metrics)))
        if schema:
            await (migrate if own_database or settings.postgres.migrate else check_schema)(database)
        yield Servers(
            database=database,
            qdrant=await stack.enter_async_context(qdrant_server(settings, url, metrics)),
            rules=options.rules(settings),
            dsn=dsn,
        )


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncIterator[Model]:
    """Open the configured model, or the offline rules."""
    if settings.model.base_url is None:
        yield OfflineModel()
        return
    async with openai_compatible(options.endpoint(settings.model, settings.model.base_url)) as opened:
        yield opened


def qdrant_server(settings: Settings, url: str, metrics: Metrics | None = None) -> AbstractAsyncContextManager[Server]:
    """Return the way to a Qdrant server."""
    key = settings.qdrant.api_key
    return qdrant_connected(
        url,
        api_key=key.get_secret_value() if key else None,
        timeout_seconds=settings.qdrant.timeout_seconds,
        retry=while_busy(RETRIES),
        observed=unobserved if metrics is None else observing(metrics, "qdrant"),
    )


def _pool_options(settings: Settings, metrics: Metrics | None) -> PoolOptions:
    wanted = options.pool_options(settings)
    return wanted if metrics is None else replace(wanted, observed=observing(metrics, "postgres"))

"""What pages ask of Postgres, apart from the work: however much is asked, the worker's own connections are its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from enrichment import options
from enrichment.adapters.monitoring.dependencies import observing
from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.postgres.pool import connected
from enrichment.app.worker import App

CONNECTIONS: Final = 4


@asynccontextmanager
async def for_pages(app: App, metrics: Metrics) -> AsyncIterator[App]:
    """Yield the program as pages get it: with a few connections to Postgres that nobody else uses."""
    dsn = app.servers.dsn
    assert dsn is not None  # noqa: S101 - servers that were opened have one
    wanted = replace(
        options.pool_options(app.settings),
        size=CONNECTIONS,
        application_name="enrichment-pages",
        observed=observing(metrics, "postgres"),
    )
    async with connected(dsn, wanted) as database:
        yield replace(app, servers=replace(app.servers, database=database))

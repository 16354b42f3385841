"""Whatever is asked of pages, the worker has its connections to Postgres."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
from pydantic import SecretStr

from enrichment.app import App, open_daemon
from enrichment.settings import PostgresSettings, QdrantSettings, Settings, WebSettings
from tests.faults.servers import free_port
from tests.patience import patiently

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@asynccontextmanager
async def connection_to(dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def locked(dsn: str) -> AsyncIterator[None]:
    """Nobody else reads facts until the block ends."""
    async with connection_to(dsn) as connection, connection.transaction():
        await connection.execute("lock table facts")
        yield


async def somebody_waits(dsn: str) -> None:
    """Return once somebody waits for a lock."""
    async with connection_to(dsn) as connection, asyncio.timeout(patiently(5)):
        while not await connection.fetchval(WAITING):
            await connection.execute("select pg_sleep(0.01)")


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[App, httpx.AsyncClient]]:
    async with (
        open_daemon(settings) as app,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.web.port}", timeout=30) as client,
    ):
        yield app, client


async def test_pages_that_wait_for_postgres_leave_the_worker_its_connections(
    embedded_url: str, database_dsn: str
) -> None:
    settings = Settings(
        qdrant=QdrantSettings(url=embedded_url, collections=("none*",)),
        postgres=PostgresSettings(dsn=SecretStr(database_dsn), pool_size=1),
        web=WebSettings(port=free_port()),
    )
    async with serving(settings) as (app, client), asyncio.TaskGroup() as tasks, locked(database_dsn):
        asked = [tasks.create_task(client.get("/v1/users/ada")) for _ in range(3)]
        await somebody_waits(database_dsn)
        async with asyncio.timeout(patiently(0.5)):
            await app.servers.database.answers()
        waited = not any(each.done() for each in asked)

    assert waited
    assert [(await each).status_code for each in asked] == [200] * 3

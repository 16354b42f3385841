"""A Postgres for tests: one server a session, one migrated database a test, copied from a template."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
import pytest

from enrichment.adapters.embedded import EmbeddedServers
from enrichment.adapters.postgres.migrate import migrate
from enrichment.adapters.postgres.pool import Database, connected
from tests.leaks import PASSWORD

TEMPLATE = "enrichment_template"


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> str:
    """The DSN of a server on which databases may be created: ``POSTGRES_URL`` if that is set, else an embedded one."""
    if given := os.environ.get("POSTGRES_URL"):
        return given
    servers: EmbeddedServers = request.getfixturevalue("embedded_servers")
    # Nothing here has to survive a power cut, and a database for each test is mostly waiting for the disk.
    for statement in ("alter system set fsync = off", "select pg_reload_conf()"):
        _in_a_loop_of_its_own(_execute(servers.postgres_dsn, statement))
    return servers.postgres_dsn


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database to copy."""
    name = f"{TEMPLATE}_{uuid.uuid4().hex}"
    _in_a_loop_of_its_own(_create_template(postgres_server, name))
    yield name
    _in_a_loop_of_its_own(_drop(postgres_server, name))


@pytest.fixture
async def database_dsn(postgres_server: str, postgres_template: str) -> AsyncIterator[str]:
    """The DSN of a migrated, empty database of the test's own."""
    async with scratch_database(postgres_server, template=postgres_template) as dsn:
        yield dsn


@pytest.fixture
async def database(database_dsn: str) -> AsyncIterator[Database]:
    """A pool on that database."""
    async with connected(database_dsn) as database:
        yield database


@asynccontextmanager
async def scratch_database(server: str, *, template: str = "template1") -> AsyncIterator[str]:
    """Make a database for the length of this block."""
    name = f"test_{uuid.uuid4().hex}"
    # Copied as files: page by page through the log, as is the default, takes longer and fills the log.
    await _execute(server, f"create database {name} template {template} strategy file_copy")
    try:
        yield in_database(server, name)
    finally:
        await _drop(server, name)


def in_database(server: str, name: str) -> str:
    """Return the DSN of another database on the same server, with a password that must not be seen anywhere."""
    parts = urlsplit(server)
    place = parts.netloc if parts.password else f"{parts.username}:{PASSWORD}@{parts.netloc.rpartition('@')[2]}"
    return parts._replace(netloc=place, path=f"/{name}").geturl()


async def _create_template(server: str, name: str) -> None:
    await _execute(server, f"create database {name}")
    async with connected(in_database(server, name)) as database:
        await migrate(database)


async def _drop(server: str, name: str) -> None:
    await _execute(server, f"drop database if exists {name} with (force)")


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _in_a_loop_of_its_own(work: Coroutine[None, None, None]) -> None:
    """Session fixtures are older than any test's event loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()

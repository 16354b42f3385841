"""Data directories where any user can go, and servers in them."""

import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from qdrant_client import AsyncQdrantClient

from enrichment.adapters.embedded import EmbeddedServers, embedded_blocking
from tests.adapters.embedded.processes import HOLDER, reachable_folder

Hold = Callable[[Path], subprocess.Popen[str]]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory that does not exist yet."""
    with reachable_folder() as folder:
        yield folder / "data"


@pytest.fixture(scope="session")
def lived_in() -> Iterator[Path]:
    """A data directory whose servers have run before: starting them again takes a third of the time."""
    with reachable_folder() as folder:
        yield folder / "data"


@pytest.fixture(scope="session")
def servers() -> Iterator[EmbeddedServers]:
    with reachable_folder() as folder, embedded_blocking(folder / "shared, data") as servers:
        yield servers


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncQdrantClient]:
    client = AsyncQdrantClient(url=url)
    try:
        yield client
    finally:
        await client.close()


@pytest.fixture
async def qdrant(servers: EmbeddedServers) -> AsyncIterator[AsyncQdrantClient]:
    async with connected(servers.qdrant_url) as client:
        yield client


@pytest.fixture
async def raw(servers: EmbeddedServers) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=servers.qdrant_url) as client:
        yield client


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Start another process that holds the servers of a data directory; its first line of output tells where."""
    holders: list[subprocess.Popen[str]] = []

    def start(data_dir: Path) -> subprocess.Popen[str]:
        command = [*HOLDER, str(data_dir)]
        holders.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return holders[-1]

    yield start
    for holder in holders:
        holder.communicate()

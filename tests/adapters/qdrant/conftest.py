"""Each test of the contract runs in every world there is."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from enrichment.adapters.embedded import embedded_blocking
from enrichment.adapters.qdrant.server import connected
from tests.adapters.embedded.processes import reachable_folder
from tests.adapters.qdrant.worlds import FakeWorld, QdrantWorld, World

SERVERS = ["embedded", *(["server"] if "QDRANT_URL" in os.environ else [])]


@pytest.fixture(scope="session")
def embedded_url() -> Iterator[str]:
    with reachable_folder() as folder, embedded_blocking(folder / "data") as servers:
        yield servers.qdrant_url


@asynccontextmanager
async def opened(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[QdrantWorld]:
    outside = kind == "server"
    url = os.environ["QDRANT_URL"] if outside else request.getfixturevalue("embedded_url")
    async with connected(url, api_key=os.environ.get("QDRANT_API_KEY") if outside else None) as server:
        world = QdrantWorld(server)
        yield world
        await world.clean()


@pytest.fixture(params=SERVERS)
async def qdrant(request: pytest.FixtureRequest) -> AsyncIterator[QdrantWorld]:
    async with opened(request.param, request) as world:
        yield world


@pytest.fixture(params=["fake", *SERVERS])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "fake":
        yield FakeWorld()
        return
    async with opened(request.param, request) as real:
        yield real

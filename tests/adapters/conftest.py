"""Engines for all tests of adapters: one embedded for the session, and a real server where there is one."""

from collections.abc import AsyncIterator, Iterator

import pytest

from enrichment.adapters.embedded import embedded_blocking
from tests.adapters.embedded.processes import reachable_folder
from tests.adapters.qdrant.worlds import SERVERS, QdrantWorld, opened


@pytest.fixture(scope="session")
def embedded_url() -> Iterator[str]:
    with reachable_folder() as folder, embedded_blocking(folder / "data") as servers:
        yield servers.qdrant_url


@pytest.fixture(params=SERVERS)
async def qdrant(request: pytest.FixtureRequest) -> AsyncIterator[QdrantWorld]:
    async with opened(request) as world:
        yield world

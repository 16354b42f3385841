"""Engines for all tests of adapters: the embedded one of the session, and a real server where there is one."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.qdrant.worlds import SERVERS, QdrantWorld, opened


@pytest.fixture(params=SERVERS)
async def qdrant(request: pytest.FixtureRequest) -> AsyncIterator[QdrantWorld]:
    async with opened(request) as world:
        yield world

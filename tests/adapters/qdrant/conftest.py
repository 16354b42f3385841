"""Each test of the contract runs in every world there is."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.qdrant.worlds import SERVERS, FakeWorld, World, opened


@pytest.fixture(params=["fake", *SERVERS])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "fake":
        yield FakeWorld()
        return
    async with opened(request) as real:
        yield real

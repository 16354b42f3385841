"""T12: what the index hides from every look is found by the sweep, which filters nothing."""

from collections.abc import AsyncIterator

import pytest

from bench.model_server import ModelServer
from enrichment.adapters.embedded import embedded_blocking
from enrichment.adapters.qdrant.server import connected
from tests.adapters.embedded.processes import reachable_folder
from tests.adapters.qdrant.tearing import tear
from tests.worker.operator import Operator
from tests.worker.stage import Stage


@pytest.fixture
async def torn(database_dsn: str, model_server: ModelServer) -> AsyncIterator[Stage]:
    with reachable_folder() as folder:
        tear(folder / "data" / "qdrant")
        with embedded_blocking(folder / "data") as servers:
            async with connected(servers.qdrant_url) as server:
                stage = Stage(server, model_server, collection="chat")
                stage.act_on(servers.qdrant_url, database_dsn)
                yield stage


async def test_messages_that_the_index_calls_done_are_found_within_one_sweep_and_read(torn: Stage) -> None:
    blind = await torn.run()

    found = await Operator(torn).sweep()
    tally = await torn.run()

    assert (blind.completed, dict(found.found), found.left) == (10, {"hidden": 10}, 0)
    assert tally.completed == 10
    assert await torn.statuses() == {"completed": 20}

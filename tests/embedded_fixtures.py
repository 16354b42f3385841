"""The embedded Qdrant and Postgres of a test session, shared by all of its tests: each has a database of its own."""

from collections.abc import Iterator

import pytest

from enrichment.adapters.embedded import EmbeddedServers, embedded_blocking
from tests.adapters.embedded.processes import reachable_folder
from tests.leaks import demand_no_leak


@pytest.fixture(scope="session")
def embedded_servers() -> Iterator[EmbeddedServers]:
    with reachable_folder() as folder, embedded_blocking(folder / "data") as servers:
        yield servers
        demand_no_leak((folder / "data").glob("*.log"))


@pytest.fixture(scope="session")
def embedded_url(embedded_servers: EmbeddedServers) -> str:
    """Where its Qdrant listens."""
    return embedded_servers.qdrant_url

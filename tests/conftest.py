"""What every test may ask for."""

from collections.abc import Iterator

import pytest

from bench.model_server import ModelServer

pytest_plugins = ["tests.leaks", "tests.embedded_fixtures", "tests.postgres_fixtures"]


@pytest.fixture(scope="session")
def running_model_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def model_server(running_model_server: ModelServer) -> ModelServer:
    """A model over HTTP that behaves until it is told otherwise."""
    running_model_server.reset()
    return running_model_server

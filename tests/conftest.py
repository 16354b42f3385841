"""What every test may ask for."""

from collections.abc import Iterator

import pytest
import structlog

from bench.model_server import ModelServer

pytest_plugins = ["tests.leaks", "tests.embedded_fixtures", "tests.postgres_fixtures"]
LONGEST = {
    "test_kills.py",
    "test_model_failures.py",
    "test_qdrant_slow.py",
    "test_qdrant_down.py",
    "test_clocks.py",
    "test_api_fuzz.py",
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, or one process would still be busy with them when all others are done.

    After the shuffling, which stays as it is among the others.
    """
    items.sort(key=lambda item: (item.get_closest_marker("faults") is None, item.path.name not in LONGEST))


@pytest.fixture(autouse=True)
def _logs_as_usual() -> Iterator[None]:
    """Undo what a test of the program's start makes of the log, which would hide what the next one listens for."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def running_model_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def model_server(running_model_server: ModelServer) -> ModelServer:
    """A model over HTTP that behaves until it is told otherwise."""
    running_model_server.reset()
    return running_model_server

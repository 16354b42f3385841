"""The machinery of the fault tests, started once, and a rig for each test, with the oracle after it."""

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from enrichment.adapters.postgres.migrate import migrate
from enrichment.adapters.postgres.pool import connected
from tests.faults.background import Background
from tests.faults.database import Database
from tests.faults.oracle import verify
from tests.faults.rig import TEMPLATE, Machinery, Rig, rigged
from tests.faults.servers import PostgresServer, QdrantServer
from tests.faults.workers import Workers
from tests.leaks import demand_no_leak
from tests.memory_disk import folder_in_memory

T = TypeVar("T")
# More than the cores, since each waits for leases and clocks most of the time.
_AT_A_TIME = 4


class SideBySide(Protocol):
    """Plays a scenario for each argument, several at a time, because they mostly wait."""

    def __call__(self, scenario: Callable[[Rig, T], None], arguments: Iterable[T]) -> Mapping[T, "Future[None]"]:
        """Return what will hold each one's failure, the oracle's included."""


@pytest.fixture(scope="session")
def shared_folder() -> Iterator[Path]:
    """A folder that the user who runs Postgres can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="enrichment-faults-", dir=folder_in_memory()))
    folder.chmod(0o755)
    yield folder
    demand_no_leak(folder.rglob("*.log"))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(shared_folder: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(shared_folder / "postgres")
    server.folder.mkdir(mode=0o755)
    server.create()
    server.start()
    yield server
    server.end(signal.SIGQUIT)


@pytest.fixture(scope="session")
def qdrant(shared_folder: Path) -> Iterator[QdrantServer]:
    server = QdrantServer(shared_folder / "qdrant")
    server.start()
    yield server
    server.end(signal.SIGKILL)


@pytest.fixture(scope="session")
def machinery(postgres: PostgresServer, qdrant: QdrantServer) -> Iterator[Machinery]:
    with Background() as background, Workers() as workers:
        maintenance = Database(background, postgres.dsn("postgres"))
        maintenance.rows(f"create database {TEMPLATE}")
        maintenance.close()
        background.call(_migrate(postgres.dsn(TEMPLATE)))
        yield Machinery(background=background, workers=workers, postgres=postgres, qdrant=qdrant)


def collected(request: pytest.FixtureRequest, name: str) -> list[Any]:
    """Return the values of a parameter that this module's tests were asked to run with, so that one can be replayed."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    here = [item.callspec.params for item in items if item.module is request.module and hasattr(item, "callspec")]
    return [parameters[name] for parameters in here if name in parameters]


async def _migrate(dsn: str) -> None:
    async with connected(dsn) as database:
        await migrate(database)


@pytest.fixture
def rig(machinery: Machinery, shared_folder: Path, request: pytest.FixtureRequest) -> Iterator[Rig]:
    with rigged(machinery, shared_folder, request.node.nodeid) as rig:
        yield rig
        verify(rig)


@pytest.fixture(scope="module")
def side_by_side(machinery: Machinery, shared_folder: Path) -> Iterator[SideBySide]:
    def play(scenario: Callable[[Rig, T], None], argument: T) -> None:
        with rigged(machinery, shared_folder, f"{scenario.__name__}[{argument}]") as rig:
            scenario(rig, argument)
            verify(rig)

    def play_all(scenario: Callable[[Rig, T], None], arguments: Iterable[T]) -> Mapping[T, "Future[None]"]:
        return {argument: pool.submit(play, scenario, argument) for argument in arguments}

    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        yield play_all

"""The machinery of the fault tests, started once, and a rig for each test, with the oracle after it."""

import hashlib
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.model_server import ModelServer
from enrichment.adapters.postgres.migrate import migrate
from enrichment.adapters.postgres.pool import connected
from tests.faults.background import Background
from tests.faults.canaries import CanaryResponder
from tests.faults.database import Database
from tests.faults.oracle import verify
from tests.faults.rig import TEMPLATE, Machinery, Rig, rigged
from tests.faults.servers import PostgresServer, QdrantServer
from tests.faults.workers import Workers

# Every request of a test is kept: the oracle reads them all.
_REQUESTS = 100_000


@pytest.fixture(scope="session")
def shared_folder() -> Iterator[Path]:
    """A folder that the user who runs Postgres can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="enrichment-faults-"))
    folder.chmod(0o755)
    yield folder
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
    with Background() as background, Workers() as workers, ModelServer(CanaryResponder(), keep=_REQUESTS) as model:
        maintenance = Database(background, postgres.dsn("postgres"))
        maintenance.rows(f"create database {TEMPLATE}")
        maintenance.close()
        background.call(_migrate(postgres.dsn(TEMPLATE)))
        yield Machinery(background=background, workers=workers, postgres=postgres, qdrant=qdrant, model=model)


async def _migrate(dsn: str) -> None:
    async with connected(dsn) as database:
        await migrate(database)


@pytest.fixture
def rig(machinery: Machinery, shared_folder: Path, request: pytest.FixtureRequest) -> Iterator[Rig]:
    name = f"test_{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}"
    with rigged(machinery, shared_folder / name, name) as rig:
        yield rig
        verify(rig)

"""A daemon under a supervisor: ready once it serves, alive while its loop turns, stopping when it is told to."""

import socket
from collections.abc import Iterator

import pytest

from tests.faults.rig import Rig

pytestmark = pytest.mark.faults


@pytest.fixture
def ear(rig: Rig) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(rig.folder / "notify"))
        ear.settimeout(20)
        yield ear


def test_a_daemon_tells_its_supervisor_that_it_is_ready_alive_and_stopping(rig: Rig, ear: socket.socket) -> None:
    rig.environment |= {"NOTIFY_SOCKET": str(rig.folder / "notify"), "WATCHDOG_USEC": "500000"}
    worker = rig.start("run")

    ready, alive = ear.recv(100), ear.recv(100)
    worker.terminate()
    since = list(iter(lambda: ear.recv(100), b"STOPPING=1"))
    rig.end(worker, code=0)

    assert (ready, alive) == (b"READY=1", b"WATCHDOG=1")
    assert set(since) <= {b"WATCHDOG=1"}

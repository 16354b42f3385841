"""A supervisor that asks hears that the worker is ready, that its loop turns, and that it stops."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from enrichment.adapters.supervisor import ALIVE, READY, STOPPING, Supervisor, supervised

WATCHDOG = "200000"


class Ear:
    """The socket on which a supervisor listens."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(0)

    async def hear(self) -> str:
        return (await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self._socket, 100), 5)).decode()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    ear = Ear(os.path.relpath(tmp_path / "notify"))
    yield ear
    ear.close()


async def test_it_hears_ready_then_signs_of_life_then_that_the_worker_stops(ear: Ear) -> None:
    supervisor, stopping = (
        Supervisor.named_in({"NOTIFY_SOCKET": ear.address, "WATCHDOG_USEC": WATCHDOG}),
        asyncio.Event(),
    )

    async with supervised(supervisor, lambda: not stopping.is_set(), stopping):
        heard = [await ear.hear() for _ in range(3)]
        stopping.set()
        last = await ear.hear()

    assert (heard, last) == ([READY, ALIVE, ALIVE], STOPPING)


async def test_a_loop_that_is_stuck_gives_no_sign_of_life(ear: Ear) -> None:
    supervisor = Supervisor.named_in({"NOTIFY_SOCKET": ear.address, "WATCHDOG_USEC": "1000"})
    turns = iter([True, False, False, True])
    looked = asyncio.Event()

    def is_alive() -> bool:
        turning = next(turns, None)
        looked.set() if turning is None else None
        return bool(turning)

    async with supervised(supervisor, is_alive, asyncio.Event()):
        await asyncio.wait_for(looked.wait(), 5)
        heard = [await ear.hear() for _ in range(3)]

    assert heard == [READY, ALIVE, ALIVE]


def test_nobody_is_told_where_nobody_asks_and_a_watchdog_of_another_process_is_not_ours() -> None:
    asked = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": WATCHDOG}

    assert Supervisor.named_in({"WATCHDOG_USEC": WATCHDOG}) == Supervisor()
    assert Supervisor.named_in(asked) == Supervisor("/run/notify", 0.2)
    assert Supervisor.named_in({**asked, "WATCHDOG_PID": "1"}) == Supervisor("/run/notify", None)


async def test_a_supervisor_that_has_gone_holds_nobody_up(ear: Ear) -> None:
    gone = Supervisor(f"{ear.address}-gone")

    async with supervised(gone, lambda: True, asyncio.Event()):
        pass


async def test_a_name_that_is_in_no_folder_is_heard_too() -> None:
    name = f"enrichment-{os.getpid()}"
    ear = Ear(f"\0{name}")

    Supervisor(f"@{name}").tell(READY)
    heard = await ear.hear()
    ear.close()

    assert heard == READY

"""Tells the supervisor that started the process, if it asks, that the worker is ready, alive and stopping.

systemd asks by ``NOTIFY_SOCKET``, and others speak its protocol: one datagram holds one or more ``NAME=value`` lines
(https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html). Of the libraries for it, one has had no
release since 2017 and the other is compiled against libsystemd; these lines need neither.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

log = structlog.get_logger()

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who wants to hear, and how often; nobody where ``address`` is None, and never where there is no watchdog."""

    address: str | None = None
    watchdog_seconds: float | None = None

    @classmethod
    def named_in(cls, environment: Mapping[str, str]) -> "Supervisor":
        """Return the one that the environment names; a watchdog that is meant for another process is not ours."""
        address = environment.get("NOTIFY_SOCKET") or None
        microseconds = environment.get("WATCHDOG_USEC", "")
        is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        watched = address is not None and is_ours and microseconds.isdecimal()
        return cls(address, int(microseconds) / 1e6 if watched else None)

    def tell(self, word: str) -> None:
        """Say one word; that it cannot be said holds nobody up."""
        if self.address is None:
            return
        # A leading @ stands for the zero byte of a name that is in no folder.
        place = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as said:
                said.sendto(word.encode(), place)
        except OSError as error:
            log.warning("supervisor.missed", word=word, reason=error.strerror)


@asynccontextmanager
async def supervised(
    supervisor: Supervisor, is_alive: Callable[[], bool], stopping: asyncio.Event
) -> AsyncIterator[None]:
    """Say that the worker is ready now, twice in each of the watchdog's times that it is alive, and when it stops."""
    supervisor.tell(READY)
    tasks = [asyncio.create_task(_stops(supervisor, stopping), name="supervisor-stopping")]
    if supervisor.watchdog_seconds is not None:
        beats = _beats(supervisor, supervisor.watchdog_seconds / 2, is_alive)
        tasks.append(asyncio.create_task(beats, name="supervisor-watchdog"))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def _stops(supervisor: Supervisor, stopping: asyncio.Event) -> None:
    await stopping.wait()
    supervisor.tell(STOPPING)


async def _beats(supervisor: Supervisor, seconds: float, is_alive: Callable[[], bool]) -> None:
    """Beat while the loop of the work turns: silence is how systemd hears that it does not."""
    while True:
        if is_alive():
            supervisor.tell(ALIVE)
        await asyncio.sleep(seconds)

"""The life cycle of the embedded Qdrant: a process of its own behind a socket that outlives it."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import enrichment
from enrichment.adapters.embedded.children import Child, Command, Nursery
from enrichment.adapters.embedded.layout import Layout, last_line
from enrichment.errors import DependencyUnavailable

_READY_SECONDS = 180.0
_POLL_SECONDS = 0.01
_STOP = [(signal.SIGTERM, 30.0)]
_SOURCES = str(Path(enrichment.__file__).parent.parent)


@dataclass(slots=True)
class Qdrant:
    """One server. Its listening socket stays with the keeper: while a killed server is restarted, clients wait."""

    layout: Layout
    nursery: Nursery
    listening: socket.socket
    child: Child | None = None

    name = "qdrant"

    @property
    def url(self) -> str:
        """Where to connect."""
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    async def start(self) -> None:
        """Return when requests are answered; raises DependencyUnavailable with the reason."""
        self.layout.qdrant.mkdir(mode=0o700, exist_ok=True)
        descriptor = str(self.listening.fileno())
        command = Command(
            arguments=[
                *(sys.executable, "-P", "-m", "enrichment.adapters.embedded.qdrant_server"),
                *("--data-dir", str(self.layout.qdrant), "--fd", descriptor, "--parent", str(os.getpid())),
            ],
            log=self.layout.log(self.name),
            folder=self.layout.data_dir,
            environment=python_environment(),
            death_signal=signal.SIGTERM,
            descriptors=[self.listening.fileno()],
        )
        self.child = self.nursery.start(command)
        await self._ready(self.child)

    async def stop(self) -> None:
        """Flush and end, by force if that does not help in time."""
        if self.child is not None:
            await self.child.stop(_STOP)

    async def _ready(self, child: Child) -> None:
        answer: asyncio.Future[None] = asyncio.ensure_future(self._answers())
        waiting: list[asyncio.Future[Any]] = [answer, child.ended]
        await asyncio.wait(waiting, timeout=_READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if answer.done() and not answer.exception():
            return
        answer.cancel()
        log = self.layout.log(self.name)
        what = f"ended with code {child.ended.result()}" if child.ended.done() else "does not answer"
        raise DependencyUnavailable(self.name, f"{what}: {last_line(log)} (see {log})")

    async def _answers(self) -> None:
        """Connecting succeeds from the start, the socket being ours: the first answer says that the data is loaded."""
        reader, writer = await asyncio.open_connection(*self.listening.getsockname())
        try:
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: keeper\r\nConnection: close\r\n\r\n")
            await reader.readline()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


def listen() -> socket.socket:
    """A listening socket on loopback, on a port of the system's choice."""
    try:
        return socket.create_server(("127.0.0.1", 0), backlog=1024)
    except OSError as error:
        raise DependencyUnavailable("qdrant", f"no port of 127.0.0.1 can be opened: {error.strerror}") from error


def python_environment() -> dict[str, str]:
    """The environment in which another Python finds this very package, whatever its working directory."""
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([_SOURCES, *([known] if known else [])])}

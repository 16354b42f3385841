"""How a program gets its embedded servers: it connects to the keeper of a data directory, or starts it."""

import asyncio
import fcntl
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from enrichment.adapters.embedded.layout import Layout, Sockets, last_line, prepare, shorten_log
from enrichment.adapters.embedded.qdrant import python_environment
from enrichment.errors import ConfigurationError, DependencyUnavailable

_POLL_SECONDS = 0.02
_STOP_SECONDS = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedServers:
    """Where the servers of a data directory are, as long as the connection to their keeper is held."""

    qdrant_url: str
    postgres_dsn: str
    data_dir: Path


@asynccontextmanager
async def embedded(data_dir: Path, *, within_seconds: float = 200.0) -> AsyncIterator[EmbeddedServers]:
    """Run, or share, the servers of a data directory inside this block; the last one to leave waits for their end.

    Raises ConfigurationError for a directory that cannot work, DependencyUnavailable for what may work later.
    """
    connection, servers = await asyncio.to_thread(_connect, data_dir, within_seconds)
    with closing(connection):
        try:
            yield servers
        finally:
            await asyncio.to_thread(_leave, connection)


@contextmanager
def embedded_blocking(data_dir: Path, *, within_seconds: float = 200.0) -> Iterator[EmbeddedServers]:
    """Do the same where there is no event loop."""
    connection, servers = _connect(data_dir, within_seconds)
    with closing(connection):
        try:
            yield servers
        finally:
            _leave(connection)


def _connect(data_dir: Path, within_seconds: float) -> tuple[socket.socket, EmbeddedServers]:
    """Join the keeper, or start it, or wait for the one that is just stopping and start the next."""
    layout = prepare(data_dir)
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        joined = _join(layout)
        started = None if joined else _start(layout)
        connection = joined or started
        greeting = _greeting(connection, deadline) if connection else b""
        if connection and greeting:
            return connection, _read(greeting, connection, layout.data_dir)
        if connection:
            connection.close()
        if started:
            log = layout.log("keeper")
            raise DependencyUnavailable("keeper", f"ended at its start: {last_line(log)} (see {log})")
        time.sleep(_POLL_SECONDS)
    raise DependencyUnavailable(
        "keeper", f"no answer for {layout.data_dir} within {within_seconds:.0f} seconds (see {layout.log('keeper')})"
    )


def _join(layout: Layout) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        state = json.loads(layout.state.read_text())
        connection.connect(str(Sockets(Path(state["sockets"]), temporary=state["temporary"]).keeper))
        return connection
    except (FileNotFoundError, ConnectionError):
        connection.close()
        return None
    except PermissionError as error:
        connection.close()
        raise ConfigurationError(
            f"the servers in {layout.data_dir} belong to another user: choose another --data-dir"
        ) from error


def _start(layout: Layout) -> socket.socket | None:
    """Start the keeper if there is none. It inherits the lock and one end of a connection: nothing comes between."""
    with layout.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        shorten_log(layout.log("keeper"))
        ours, theirs = socket.socketpair()
        with theirs, layout.log("keeper").open("ab") as log:
            fork = subprocess.run(
                [
                    *(sys.executable, "-P", "-m", "enrichment.adapters.embedded.keeper"),
                    *("--data-dir", str(layout.data_dir)),
                    *("--client-fd", str(theirs.fileno()), "--lock-fd", str(lock.fileno())),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=python_environment(),
                pass_fds=(theirs.fileno(), lock.fileno()),
                start_new_session=True,  # a terminal's Ctrl-C is for the program, not for its servers
                check=False,
            )
    if fork.returncode:
        ours.close()
        raise DependencyUnavailable(
            "keeper", f"cannot be started: {last_line(layout.log('keeper'))} (see {layout.log('keeper')})"
        )
    return ours


def _leave(connection: socket.socket) -> None:
    """Say goodbye; if nobody else is there, wait until the servers have stopped and their folder is free."""
    connection.settimeout(_STOP_SECONDS)
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)


def _greeting(connection: socket.socket, deadline: float) -> bytes:
    """The keeper's one line; empty if it ended first, or if time is up."""
    line = b""
    while not line.endswith(b"\n"):
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            received = connection.recv(65536)
        except (TimeoutError, ConnectionError):
            return b""
        if not received:
            return b""
        line += received
    return line


def _read(greeting: bytes, connection: socket.socket, data_dir: Path) -> EmbeddedServers:
    answer = json.loads(greeting)
    if "servers" in answer:
        return EmbeddedServers(data_dir=data_dir, **answer["servers"])
    connection.close()
    kind, text = answer["error"]["kind"], answer["error"]["text"]
    if kind == "configuration":
        raise ConfigurationError(text)
    dependency, _, what = text.partition(": ")
    raise DependencyUnavailable(dependency, what)

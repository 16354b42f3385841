"""The process that owns both servers of a data directory, and lives exactly as long as somebody uses them."""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Coroutine
from pathlib import Path

from enrichment.adapters.embedded.children import Nursery
from enrichment.adapters.embedded.clients import Clients
from enrichment.adapters.embedded.durability import write_atomically
from enrichment.adapters.embedded.layout import Layout, Sockets, shorten_log
from enrichment.adapters.embedded.postgres import Postgres
from enrichment.adapters.embedded.qdrant import Qdrant, listen
from enrichment.errors import DependencyUnavailable, EnrichmentError

_RESTARTS = 5
_RESTARTS_WITHIN_SECONDS = 60.0
_FIRST_PAUSE_SECONDS = 0.1
_LOG_CHECK_SECONDS = 60.0
_REFUSAL_SECONDS = 5.0

_log = logging.getLogger("keeper")


def main(arguments: list[str] | None = None) -> int:
    """Run until the last client is gone. Only `client.py` starts this, handing over the lock and a connection."""
    parser = argparse.ArgumentParser(prog="keeper")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--client-fd", type=int, required=True, help="the connection of the first client")
    parser.add_argument("--lock-fd", type=int, required=True, help="the lock of the data directory, already taken")
    options = parser.parse_args(arguments)
    for descriptor in (options.client_fd, options.lock_fd):
        os.set_inheritable(descriptor, False)  # noqa: FBT003  # it takes no keyword
    # The starter waits for this first process alone: the keeper proper is nobody's child, so nobody's zombie either.
    if os.fork():
        os._exit(0)
    # Whatever the servers write, messages included, is for this user alone.
    os.umask(0o077)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    return asyncio.run(_keep(Layout(options.data_dir), socket.socket(fileno=options.client_fd)))


async def _keep(layout: Layout, first: socket.socket) -> int:
    clients = Clients()
    clients.welcome(first)
    try:
        await Keeper(layout, clients).run()
    except EnrichmentError as error:
        _log.error("%s", error)  # the text says it all
        clients.refuse(error)
        await asyncio.wait([asyncio.create_task(clients.until_gone())], timeout=_REFUSAL_SECONDS)
        return 1
    _log.info("stopped")
    return 0


class Keeper:
    """Both servers, the socket where clients meet them, and the file that says where that is."""

    def __init__(self, layout: Layout, clients: Clients) -> None:
        forget_former(layout)
        self._layout = layout
        self._clients = clients
        self._sockets = Sockets.choose(layout.data_dir)
        self._listening = listen()
        nursery = Nursery()
        self._postgres = Postgres(layout, self._sockets.postgres, nursery)
        self._qdrant = Qdrant(layout, nursery, self._listening)

    async def run(self) -> None:
        """Start both, serve until the last client is gone or a signal comes, and stop both."""
        door = await asyncio.start_unix_server(self._clients.serve, self._sockets.keeper)
        self._sockets.keeper.chmod(0o600)
        try:
            self._record()
            await _both(self._postgres.start(), self._qdrant.start())
            self._record()
            self._clients.greet({"qdrant_url": self._qdrant.url, "postgres_dsn": self._postgres.dsn})
            await self._attend()
        finally:
            self._clients.close()
            door.close()
            self._sockets.keeper.unlink(missing_ok=True)
            await _both(self._postgres.stop(), self._qdrant.stop())
            self._listening.close()
            self._layout.state.unlink(missing_ok=True)
            self._sockets.remove()

    async def _attend(self) -> None:
        watches = [
            asyncio.create_task(watch)
            for watch in (
                self._clients.until_gone(),
                _until_signalled(),
                self._revive(self._postgres),
                self._revive(self._qdrant),
                self._tend_logs(),
            )
        ]
        done, pending = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
        for watch in pending:
            watch.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for watch in done:
            watch.result()

    async def _revive(self, server: Postgres | Qdrant) -> None:
        """Start a server again that was killed; give up when it keeps dying."""
        times: deque[float] = deque([-_RESTARTS_WITHIN_SECONDS] * _RESTARTS, maxlen=_RESTARTS)
        pause = 0.0
        while server.child is not None:
            code = await asyncio.shield(server.child.ended)
            now = asyncio.get_running_loop().time()
            if now - times[0] < _RESTARTS_WITHIN_SECONDS:
                raise DependencyUnavailable(server.name, f"ended {_RESTARTS + 1} times within a minute")
            times.append(now)
            _log.warning("%s ended with code %d, starting it again", server.name, code)
            await asyncio.sleep(pause)
            try:
                await server.start()
                pause = 0.0
            except DependencyUnavailable as error:
                # The orphans of a killed Postgres may need a moment to notice.
                _log.warning("%s", error)
                pause = pause * 2 or _FIRST_PAUSE_SECONDS
            self._record()

    async def _tend_logs(self) -> None:
        while True:
            for name in ("keeper", self._postgres.name, self._qdrant.name):
                shorten_log(self._layout.log(name))
            await asyncio.sleep(_LOG_CHECK_SECONDS)

    def _record(self) -> None:
        children = {each.name: each.child.pid for each in (self._postgres, self._qdrant) if each.child}
        state = {
            "pid": os.getpid(),
            "sockets": str(self._sockets.folder),
            "temporary": self._sockets.temporary,
            "qdrant_url": self._qdrant.url,
            "postgres_dsn": self._postgres.dsn,
            "children": children,
        }
        write_atomically(self._layout.state, json.dumps(state, indent=1).encode())


def forget_former(layout: Layout) -> None:
    """Remove what a keeper that was killed left behind: the lock is ours, so it is gone."""
    if layout.state.exists():
        state = json.loads(layout.state.read_text())
        Sockets(Path(state["sockets"]), temporary=state["temporary"]).remove()
        layout.state.unlink()


async def _both(first: Coroutine[None, None, None], second: Coroutine[None, None, None]) -> None:
    """Let both finish, so that neither is left half-way, then report the first failure."""
    for result in await asyncio.gather(first, second, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


async def _until_signalled() -> None:
    signalled = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, signalled.set)
    await signalled.wait()


if __name__ == "__main__":
    sys.exit(main())

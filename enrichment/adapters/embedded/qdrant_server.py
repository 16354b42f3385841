"""The process that serves Qdrant's engine over loopback: `python -m enrichment.adapters.embedded.qdrant_server`."""

import argparse
import asyncio
import fcntl
import logging
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

import uvicorn
from starlette.applications import Starlette

from enrichment.adapters.embedded.children import command_line
from enrichment.adapters.embedded.engine.rest import application
from enrichment.adapters.embedded.engine.store import Store

_FLUSH_EVERY_SECONDS = 30.0
_PARENT_CHECK_SECONDS = 1.0
# Longer than any client keeps an idle connection: the side that closes first must be the client.
_KEEP_ALIVE_SECONDS = 75
_GRACE_SECONDS = 5
_LOCK_SECONDS = 10.0
_LOCK_POLL_SECONDS = 0.02
_UNAVAILABLE = 69

_log = logging.getLogger("qdrant")


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM, or until the parent is gone; exit code 69 if the data is in use."""
    parser = argparse.ArgumentParser(prog="qdrant_server")
    parser.add_argument("--data-dir", type=Path, required=True, help="folder of the collections")
    parser.add_argument("--fd", type=int, help="an inherited socket that listens")
    parser.add_argument("--port", type=int, default=0, help="where to listen without --fd; 0 picks a free port")
    parser.add_argument("--parent", type=int, help="stop when this process is no longer the parent")
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    options.data_dir.mkdir(parents=True, exist_ok=True)
    with (options.data_dir / "lock").open("a+") as lock:
        if not _locked(lock, options.parent or os.getpid()):
            _log.error("the data in %s is in use by another process", options.data_dir)
            return _UNAVAILABLE
        with socket.socket(fileno=options.fd) if options.fd is not None else _listen(options.port) as listening:
            _serve(Store(options.data_dir), listening, options.parent)
    return 0


def _locked(lock: TextIO, owner: int) -> bool:
    """Take the lock for an owner; wait only for a server whose owner was killed: it is about to end."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read()
            if holder.isdecimal() and command_line(int(holder)) is not None:
                return False
            time.sleep(_LOCK_POLL_SECONDS)
        else:
            lock.truncate(0)
            lock.write(str(owner))
            lock.flush()
            return True
    return False


def _listen(port: int) -> socket.socket:
    listening = socket.create_server(("127.0.0.1", port))
    _log.info("listening on http://127.0.0.1:%d", listening.getsockname()[1])
    return listening


def _serve(store: Store, listening: socket.socket, parent: int | None) -> None:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        repaired = store.open()
        if repaired:
            _log.warning("the last stop was not clean: repaired %d values that their index did not find", repaired)
        tasks = [asyncio.create_task(_flush_regularly(store)), asyncio.create_task(_follow(parent, server))]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.close()

    config = uvicorn.Config(
        application(store, lifespan),
        lifespan="on",
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    server.run(sockets=[listening])


async def _flush_regularly(store: Store) -> None:
    while True:
        await asyncio.sleep(_FLUSH_EVERY_SECONDS)
        store.flush()


async def _follow(parent: int | None, server: uvicorn.Server) -> None:
    """Where the system does not tell a child that its parent died, ask."""
    while parent is not None and os.getppid() == parent:  # noqa: ASYNC110  # nothing signals it: that is why we ask
        await asyncio.sleep(_PARENT_CHECK_SECONDS)
    server.should_exit = server.should_exit or parent is not None


if __name__ == "__main__":
    sys.exit(main())

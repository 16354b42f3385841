"""The worker's own web server: a socket of its own, in the worker's event loop, ending with it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import structlog
import uvicorn
from starlette.types import ASGIApp

from enrichment.errors import ConfigurationError
from enrichment.web.connections import Yielding
from enrichment.web.failures import log_without_texts

log = structlog.get_logger()

GRACE_SECONDS = 3
KEEP_ALIVE_SECONDS = 30
MOST_CONNECTIONS = 200


class Quiet(uvicorn.Server):
    """Leaves the signals to the program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there, port 0 for any; raises ``ConfigurationError`` if it cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError(
            f"ENRICHMENT_WEB__PORT: cannot listen on {host} port {port} ({error.strerror})"
        ) from error


@contextlib.asynccontextmanager
async def served(application: ASGIApp, listening: socket.socket) -> AsyncIterator[str]:
    """Serve until the block ends; yields the address."""
    host, port = listening.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    server = Quiet(
        uvicorn.Config(
            application,
            http=Yielding,
            lifespan="off",
            log_config=None,
            access_log=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            server_header=False,
        )
    )
    log_without_texts()
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="web")
    serving.add_done_callback(_tell)
    log.info("web.started", address=address)
    try:
        yield address
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        listening.close()


def _tell(serving: "asyncio.Task[None]") -> None:
    """A bug of the server must not stop the worker, but neither must it go unseen."""
    if not serving.cancelled() and (error := serving.exception()) is not None:
        log.error("web.ended", error=type(error).__name__)

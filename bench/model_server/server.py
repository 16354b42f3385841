"""The server's life: a loopback port, a thread of its own, and an end that waits for nobody."""

import asyncio
import socket
import threading
from typing import Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bench.model_server.responders import Responder
from bench.model_server.routes import routes
from bench.model_server.scripted import Scripted


class Connection(H11Protocol):
    """Uvicorn's connection, which shows its transport to the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class ModelServer(Scripted):
    """Answers between ``with`` and its end; a client is configured with ``base_url``."""

    def __init__(self, responder: Responder | None = None, *, port: int = 0, keep: int = 1_000) -> None:
        """Take the port, 0 for any free one; clients may connect from now on."""
        super().__init__(responder, keep=keep)
        self._socket = socket.create_server(("127.0.0.1", port), backlog=1_024)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="model-server", daemon=True)
        self._server = uvicorn.Server(
            uvicorn.Config(
                routes(self),
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                # Longer than any client keeps a connection: a reused one must not be closed under its hands.
                timeout_keep_alive=600,
            )
        )

    @property
    def base_url(self) -> str:
        """The address with ``/v1``, as OpenAI's clients want it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        self._socket.close()

    async def _serve(self) -> None:
        await self._server.serve(sockets=[self._socket])
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()

"""A pool of connections for single statements: what was used last is lent first, what was given up is thrown away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import asyncpg

if TYPE_CHECKING:
    Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_CLOSE_SECONDS: Final = 2.0


class Connections:
    """Up to ``most`` connections, made when they are needed.

    The driver's own pool resets a session and starts a task whenever a connection comes back, which costs as much as
    a small statement; ours are never left in a state that needs it.
    """

    def __init__(self, dsn: str, most: int, **settings: Any) -> None:  # noqa: ANN401 - the driver's
        self._dsn, self._settings = dsn, settings
        self._idle: list[Connection] = []
        self._lent: set[Connection] = set()
        self._free = asyncio.Semaphore(most)

    @asynccontextmanager
    async def lend(self) -> "AsyncIterator[Connection]":
        """Lend a connection; raises what the driver raises if none can be made."""
        async with self._free:
            connection = self._usable() or await asyncpg.connect(self._dsn, **self._settings)
            self._lent.add(connection)
            is_done = False
            try:
                yield connection
                is_done = True
            except asyncpg.PostgresError:
                is_done = True  # the server has answered
                raise
            finally:
                self._lent.discard(connection)
                if is_done and not connection.is_closed() and not connection.is_in_transaction():
                    self._idle.append(connection)
                else:
                    # Waiting for the server to confirm would take as long as the server likes.
                    connection.terminate()

    async def close(self) -> None:
        """Close what is idle, for two seconds at most, and cut off the rest."""
        idle, self._idle = self._idle, []
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await asyncio.gather(*(connection.close() for connection in idle), return_exceptions=True)
        for connection in (*idle, *self._lent):
            connection.terminate()

    def _usable(self) -> "Connection | None":
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

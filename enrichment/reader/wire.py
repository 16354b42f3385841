"""The way to Postgres: no call outlives its deadline, and a server that does not answer is left alone for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from enrichment.reader.connections import Connections
from enrichment.reader.events import ReaderEvent

if TYPE_CHECKING:
    from enrichment.reader.connections import Connection

# After so many failures in a row, one call at a time looks whether the server is back.
_PATIENCE: Final = 3
_REST_SECONDS: Final = 0.5
_STATEMENT_SECONDS: Final = 5


class Resting(Exception):
    """The server failed again and again, and it is not yet time to look again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireOptions:
    """How to connect. ``behind_pooler``: sessions are shared, so that nothing may be prepared or listened to."""

    connections: int = 10
    behind_pooler: bool = False
    application_name: str = "enrichment-reader"


class Wire:
    """Connections on which calls end by their deadline, whatever the server does."""

    def __init__(self, connections: Connections, options: WireOptions) -> None:
        self._connections = connections
        self._options = options
        self._failures = 0
        self._look_again_at = 0.0

    async def rows(self, statement: str, *args: object, deadline: timedelta) -> "list[asyncpg.Record]":
        """Run one statement; raises ``TimeoutError`` at the deadline, ``Resting`` at once, or the driver's errors."""
        self._look_before_calling()
        try:
            async with asyncio.timeout(deadline.total_seconds()), self.connection() as connection:
                if not self._options.behind_pooler:
                    found = await connection.fetch(statement, *args)
                else:
                    # The driver prepares even unnamed statements, in a step before: both must meet the same server.
                    async with connection.transaction():
                        found = await connection.fetch(statement, *args)
        except UNREACHABLE:
            self._failures += 1
            raise
        self._failures = 0
        return found

    def connection(self) -> "AbstractAsyncContextManager[Connection]":
        """Lend a connection; it is thrown away if the call on it is given up."""
        return self._connections.lend()

    def _look_before_calling(self) -> None:
        if self._failures < _PATIENCE:
            return
        now = asyncio.get_running_loop().time()
        if now < self._look_again_at:
            raise Resting
        self._look_again_at = now + _REST_SECONDS


# Errors that say nothing of the statement: the server is away, or as good as.
UNREACHABLE: Final = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)


def event_of(error: Exception) -> ReaderEvent:
    """Return what a failed call counts as."""
    match error:
        case TimeoutError():
            return ReaderEvent.TIMED_OUT
        case Resting():
            return ReaderEvent.RESTED
        case _ if isinstance(error, UNREACHABLE):
            return ReaderEvent.UNREACHABLE
        case _:
            return ReaderEvent.FAILED


@asynccontextmanager
async def connected(dsn: str, options: WireOptions) -> AsyncIterator[Wire]:
    """Open the way; nothing is connected before the first call, so that a server may come up later."""
    connections = Connections(dsn, options.connections, **connection_settings(options))
    try:
        yield Wire(connections, options)
    finally:
        await connections.close()


def connection_settings(options: WireOptions) -> dict[str, Any]:
    """Return what every connection of a reader is opened with."""
    if options.behind_pooler:
        return {"statement_cache_size": 0}
    guards = {
        "application_name": options.application_name,
        "statement_timeout": f"{_STATEMENT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{_STATEMENT_SECONDS}s",
        "jit": "off",
    }
    return {"server_settings": guards}

"""The way to Postgres: a pool in which no call outlives its deadline, and a rest for a server that does not answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import asyncpg

from enrichment.reader.events import ReaderEvent

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
    Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
    PlainConnection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# After so many failures in a row, one call at a time looks whether the server is back.
_PATIENCE: Final = 3
_REST_SECONDS: Final = 0.5
_CLOSE_SECONDS: Final = 2.0
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
    """A pool of connections whose calls end by their deadline, whatever the server does."""

    def __init__(self, pool: "Pool", options: WireOptions) -> None:
        self._pool = pool
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

    @asynccontextmanager
    async def connection(self) -> "AsyncIterator[Connection]":
        """Lend a connection; it is thrown away if the call on it is given up."""
        connection = await self._pool.acquire()
        try:
            yield connection
        except asyncio.CancelledError:
            # Waiting for the server to confirm would take as long as the server likes.
            connection.terminate()
            raise
        finally:
            await self._pool.release(connection)

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
    """Open a pool; nothing is connected before the first call, so that a server may come up later."""
    pool = asyncpg.create_pool(
        dsn, min_size=0, max_size=options.connections, reset=_keep_as_it_is, **connection_settings(options)
    )
    await pool
    try:
        yield Wire(pool, options)
    finally:
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await pool.close()
        except TimeoutError:
            pool.terminate()


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


async def _keep_as_it_is(_connection: "PlainConnection") -> None:
    """We change no session state, so the driver's reset would be a wasted round trip."""

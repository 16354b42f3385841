"""Connections to Postgres: a pool with deadlines on everything, and transactions that are done again when undone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeAlias, TypeVar

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from enrichment.adapters.observation import Observed, timed, unobserved
from enrichment.adapters.postgres.faults import ConnectionLost, Undone, translated
from enrichment.adapters.resilience import Retries, retried
from enrichment.errors import ConfigurationError

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
T = TypeVar("T")
Isolation = Literal["read_committed", "repeatable_read"]

_JSONB_VERSION = b"\x01"
_CLOSE_SECONDS = 5.0
_ARRAYS = "select ($1::uuid[], $2::bytea[], $3::float8[], $4::timestamptz[], $5::date[], $6::numeric[]) is null"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOptions:
    """How to connect; ``statement_cache_size`` 0 means behind a transaction pooler.

    ``retries`` is for transactions that were undone for a reason that passes.
    """

    size: int = 10
    statement_cache_size: int = 100
    statement_timeout: timedelta = timedelta(seconds=30)
    lock_timeout: timedelta = timedelta(seconds=5)
    idle_in_transaction_timeout: timedelta = timedelta(seconds=60)
    connect_timeout: timedelta = timedelta(seconds=10)
    retries: Retries = Retries(attempts=50, seconds=25, base_seconds=0.02, longest_seconds=1)
    application_name: str = "enrichment"
    observed: Observed = unobserved

    @property
    def guards(self) -> dict[str, str]:
        """The server's settings that keep a stuck worker from holding up others."""
        return {
            "statement_timeout": _milliseconds(self.statement_timeout),
            "lock_timeout": _milliseconds(self.lock_timeout),
            "idle_in_transaction_session_timeout": _milliseconds(self.idle_in_transaction_timeout),
        }


class Database:
    """A pool of connections; errors of the driver leave it as ours."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", options: PoolOptions) -> None:
        self._pool = pool
        self._options = options

    @property
    def connections(self) -> dict[str, int]:
        """How many connections are idle and used, and how many there may be at ``most``."""
        idle = self._pool.get_idle_size()
        return {"idle": idle, "used": self._pool.get_size() - idle, "most": self._pool.get_max_size()}

    async def answers(self) -> None:
        """Ask the least; raises what failed."""
        async with self.connection() as connection:
            await connection.fetchval("select 1")

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection for single statements, each a transaction of its own where there is no pooler."""
        with timed(self._options.observed), translated():
            async with self._pool.acquire() as connection:
                if self._options.statement_cache_size:
                    yield connection
                else:
                    # Between two statements outside a transaction, a pooler may change the server below us.
                    async with self._transaction(connection):
                        yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Lend a connection that only reads, and sees everything as it is at the first statement."""
        with timed(self._options.observed), translated():
            async with (
                self._pool.acquire() as connection,
                self._transaction(connection, isolation="repeatable_read", readonly=True),
            ):
                yield connection

    async def transact(self, work: Callable[[Connection], Awaitable[T]], *, resolves: bool = False) -> T:
        """Do the work in a transaction, again if it was undone for a reason that passes; bounded, with jitter.

        ``resolves``: the work finds out by itself whether it was done before, so that it may be repeated after a
        connection was lost, even in the middle of a COMMIT.
        """

        async def once() -> T:
            with timed(self._options.observed), translated():
                async with self._pool.acquire() as connection, self._transaction(connection):
                    return await work(connection)

        passing = (Undone, ConnectionLost) if resolves else Undone
        return await retried(once, on=passing, retries=self._options.retries)

    @asynccontextmanager
    async def _transaction(
        self, connection: Connection, *, isolation: Isolation = "read_committed", readonly: bool = False
    ) -> AsyncIterator[None]:
        async with connection.transaction(isolation=isolation, readonly=readonly):
            if not self._options.statement_cache_size:
                # A pooler shares sessions: what is set must end with the transaction.
                for name, value in self._options.guards.items():
                    await connection.execute(f"set local {name} = {value}")
            yield


@asynccontextmanager
async def connected(dsn: str, options: PoolOptions | None = None) -> AsyncIterator[Database]:
    """Open a pool; nothing is connected before the first use, so that a server may come up later."""
    options = options or PoolOptions()
    settings = {"application_name": options.application_name}
    if options.statement_cache_size:
        settings |= {"timezone": "UTC", "jit": "off", **options.guards}
    with translated():
        pool = asyncpg.create_pool(
            dsn,
            min_size=0,
            max_size=options.size,
            statement_cache_size=options.statement_cache_size,
            command_timeout=options.statement_timeout.total_seconds() + 5,
            timeout=options.connect_timeout.total_seconds(),
            server_settings=settings,
            connect=_connect,
            init=_learn_types,
            reset=_keep_as_it_is,
        )
        await pool
    try:
        yield Database(pool, options)
    finally:
        await _close(pool)


async def _connect(*where: Any, **how: Any) -> "asyncpg.Connection[asyncpg.Record]":  # noqa: ANN401 - asyncpg.connect's own
    try:
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(*where, **how)
    except ValueError:
        # Not chained: the driver's text quotes what it could not read, and that may be a part of the password.
        raise ConfigurationError("postgres: the DSN cannot be read") from None
    return connection


async def _learn_types(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    # In a transaction, because the driver looks the type up in two steps and a pooler may come between them.
    async with connection.transaction():
        await connection.set_type_codec(
            "jsonb", schema="pg_catalog", format="binary", encoder=_to_jsonb, decoder=_from_jsonb
        )
        # The driver looks up types of arrays when it first meets them, in two round trips: here it meets all at once.
        await connection.fetchval(_ARRAYS, *[None] * _ARRAYS.count("$"))


async def _keep_as_it_is(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """We change no session state, so the driver's reset would be a wasted round trip."""


def _to_jsonb(value: object) -> bytes:
    return _JSONB_VERSION + orjson.dumps(value)


def _from_jsonb(value: bytes) -> object:
    return orjson.loads(value[1:])


async def _close(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await pool.close()
    except TimeoutError:
        pool.terminate()


def _milliseconds(duration: timedelta) -> str:
    return str(round(duration.total_seconds() * 1000))

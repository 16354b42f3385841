"""SQL against the tests' own Postgres, from tests that are not asynchronous."""

import asyncio
from typing import Any

import asyncpg

from tests.faults.background import Background


class Database:
    """One connection, opened again when it broke; every statement is its own transaction."""

    def __init__(self, background: Background, dsn: str) -> None:
        self._background = background
        self._dsn = dsn
        self._turns = asyncio.Lock()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Return the rows of a statement as dictionaries."""
        return self._background.call(self.fetch(sql, *arguments))

    def value(self, sql: str, *arguments: object) -> Any:  # noqa: ANN401  # any column
        """Return the first column of the only row."""
        (row,) = self.rows(sql, *arguments)
        return next(iter(row.values()))

    def close(self) -> None:
        """Hang up, whatever state the connection is in."""
        self._background.call(self._terminate())

    async def fetch(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Do the same in the background's loop."""
        async with self._turns:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._dsn, timeout=10, command_timeout=10)
            return [dict(row) for row in await self._connection.fetch(sql, *arguments)]

    async def _terminate(self) -> None:
        if self._connection is not None:
            self._connection.terminate()

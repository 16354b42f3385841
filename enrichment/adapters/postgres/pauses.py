"""Pauses: one row while all replicas are to leave work alone, kept as history afterwards."""

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.upkeep import Pause


class PostgresPauses:
    """``upkeep.Pauses``, and the two ends of a pause."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> Pause | None:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(query("current_pause"))
        return None if row is None else Pause(**row)

    async def pause(self, reason: str) -> bool:
        """Begin a pause; tell whether there was none before."""
        async with self._database.connection() as connection:
            return await connection.fetchval(query("pause"), reason) is not None

    async def resume(self) -> bool:
        """End the pause; tell whether there was one."""
        async with self._database.connection() as connection:
            return await connection.fetchval(query("resume")) is not None

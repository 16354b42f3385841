"""How far the background sweep of each collection has come; a claimed slice is nobody else's until the next is due."""

from datetime import timedelta

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.upkeep import Findings, Phase, Slice

PASS = timedelta(days=1)


class PostgresSweeps:
    """``upkeep.Sweeps``; ``passes`` is the time from the beginning of one pass to that of the next."""

    def __init__(self, database: Database, *, passes: timedelta = PASS) -> None:
        self._database = database
        self._passes = passes

    async def claim(self, collection: str, every: timedelta) -> Slice | None:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(query("claim_sweep"), collection, every)
        return None if row is None else Slice(collection=collection, phase=Phase(row["phase"]), after=row["after"])

    async def record(self, done: Slice, following: Slice | None, findings: Findings) -> None:
        async def work(connection: Connection) -> None:
            counts = Findings.of(await connection.fetchval(query("sweep_counts"), done.collection) or {})
            counts.add(findings)
            where = done.collection, done.phase, done.after
            if following is None:
                await connection.execute(query("end_sweep"), *where, counts.report(), self._passes)
            else:
                await connection.execute(
                    query("record_sweep"), *where, following.phase, following.after, counts.report()
                )

        await self._database.transact(work)

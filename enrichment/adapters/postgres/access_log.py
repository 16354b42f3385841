"""What hosts noted of the use of memories: their entries become accesses, each once."""

from datetime import datetime, timedelta

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.engines.frame import Access, Pair
from enrichment.engines.outside import ACCESS_LOG, Logged
from enrichment.ports import Clock

# Entries get their time before their transaction ends: what is younger may still have older company to come.
SETTLED = timedelta(seconds=30)
# What merely stood in a context was looked at by nobody in particular: it says nothing about need.
_KINDS = frozenset({"recalled", "used"})


class PostgresAccessLog:
    """``outside.AccessLog``; ``until`` is a time of writing, since hosts write in batches, later than they use."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def accesses(self, pair: Pair, since: datetime | None, limit: int) -> Logged:
        until = self._clock.now() - SETTLED
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("accesses_since"), pair.user_id, pair.bot_name, since, until, limit)
        if len(rows) == limit:
            # The last moment may have more entries than these: they come next time, together.
            until = max(rows[-1]["logged_at"], rows[0]["logged_at"] + timedelta(microseconds=1))
        found = [
            Access(memory_id=row["point_id"], at=row["at"], source=ACCESS_LOG)
            for row in rows
            if row["point_id"] is not None and row["kind"] in _KINDS and row["logged_at"] < until
        ]
        return Logged(found, max(until, since) if since else until)

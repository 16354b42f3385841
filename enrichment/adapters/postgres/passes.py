"""The planner's right to a collection: one pass at a time, made visible by one write at its end."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.errors import LeaseLost


@dataclass(slots=True, kw_only=True)
class Pass:
    """A pass that is being written, under a lease of its own; ``kept_at`` is monotonic."""

    database: Database
    collection: str
    owner: uuid.UUID
    number: int
    lease: timedelta
    kept_at: float

    async def keep(self) -> None:
        """Prolong the lease when a third of it is over; raises ``LeaseLost`` if another planner has taken over."""
        now = asyncio.get_running_loop().time()
        if now - self.kept_at < self.lease.total_seconds() / 3:
            return
        async with self.database.connection() as connection:
            kept = await connection.fetchval(query("renew_pass"), self.collection, self.owner, self.lease)
        if kept is None:
            raise LeaseLost(f"another planner has taken the collection {self.collection}")
        self.kept_at = now

    async def publish(self, messages: int) -> None:
        """Make the pass visible in place of the last one, then clear up; raises ``LeaseLost`` and changes nothing."""
        async with self.database.connection() as connection:
            published = await connection.fetchval(
                query("publish_pass"), self.collection, self.owner, self.number, messages
            )
        if published is None:
            raise LeaseLost(f"another planner has taken the collection {self.collection}")
        await self.database.transact(
            lambda connection: connection.execute(query("drop_old_passes"), self.collection, self.number)
        )


@asynccontextmanager
async def planning(database: Database, collection: str, lease: timedelta) -> AsyncIterator[Pass | None]:
    """Be the collection's planner inside this block; None if there is one already."""
    # Of the pass, not of the process: two passes of one process exclude each other too.
    owner = uuid.uuid4()
    async with database.connection() as connection:
        number = await connection.fetchval(query("begin_pass"), collection, owner, lease)
    if number is None:
        yield None
        return
    try:
        yield Pass(
            database=database,
            collection=collection,
            owner=owner,
            number=number,
            lease=lease,
            kept_at=asyncio.get_running_loop().time(),
        )
    finally:
        async with database.connection() as connection:
            await connection.execute(query("end_pass"), collection, owner)

"""Who has messages waiting: passes over the stores, each visible only when it is complete."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import asyncpg

from enrichment.adapters.postgres.passes import planning
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.rounds import COLUMNS, Round
from enrichment.domain.batches import BacklogPoint, UserBacklog
from enrichment.domain.messages import Pending, PointRef
from enrichment.failpoints import failpoint

# Messages that are held in memory before they are copied: about 30 MB.
ROUND = 200_000
PAGE = 1_000
# Design assumption until a user's own mean is known: the mean of chat messages in the measured conversations.
MEAN_TOKENS = 40.0


class PostgresBacklog:
    """``ports.Backlog``; ``lease`` is how long a silent planner keeps others from planning its collection."""

    def __init__(
        self, database: Database, *, lease: timedelta = timedelta(seconds=60), round_size: int = ROUND, page: int = PAGE
    ) -> None:
        self._database = database
        self._lease = lease
        self._round_size = round_size
        self._page = page

    async def replace(self, collection: str, pages: AsyncIterator[Sequence[Pending]]) -> int | None:
        async with planning(self._database, collection, self._lease) as plan:
            if plan is None:
                return None
            held = Round(collection, plan.number)
            messages = 0
            async for page in pages:
                await plan.keep()
                held.add(page)
                messages += len(page)
                if len(held) >= self._round_size:
                    await self._store(held)
            await self._store(held)
            failpoint("C0b")
            await plan.publish(messages)
        return messages

    async def _store(self, held: Round) -> None:
        async with self._database.connection() as connection:
            await connection.copy_records_to_table("backlog", columns=COLUMNS, records=held.rows())

    async def candidates(self) -> AsyncIterator[Sequence[UserBacklog]]:
        after: str | None = None
        while True:
            async with self._database.connection() as connection:
                rows = await connection.fetch(query("candidates"), after or "", after, self._page)
            if not rows:
                return
            after = rows[-1]["user_id"]
            yield [_user_backlog(row) for row in rows]

    async def points(self, user_id: str, limit: int) -> Sequence[BacklogPoint]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("points"), user_id, limit)
        return [BacklogPoint(ref=PointRef(row["collection"], row["point_id"]), at=row["at"]) for row in rows]

    async def remove(self, user_id: str, refs: Sequence[PointRef]) -> None:
        gone: dict[str, dict[str, int]] = {}
        for ref in refs:
            gone.setdefault(ref.collection, {})[ref.point_id] = 1
        await self._database.transact(lambda connection: connection.execute(query("remove_points"), user_id, gone))

    async def request(self, user_id: str) -> None:
        """Ask that the user be served next, whatever the due policy says."""
        async with self._database.connection() as connection:
            await connection.execute(query("request"), user_id)


def _user_backlog(row: asyncpg.Record) -> UserBacklog:
    return UserBacklog(
        user_id=row["user_id"],
        messages=row["messages"],
        oldest=row["oldest"],
        newest=row["newest"],
        mean_tokens=MEAN_TOKENS if row["mean_tokens"] is None else row["mean_tokens"],
        served_at=row["served_at"],
        requested=row["requested"],
    )

"""Which pairs are to be rebuilt, and from what."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from enrichment.adapters.postgres.pair_states import SEEN_ALL_THE_SAME
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.messages import PointRef
from enrichment.engines.frame import Pair, Topic

# Late messages seldom come alone, and a rebuild reads the whole history.
SETTLED = timedelta(minutes=10)
AT_MOST_EVERY = timedelta(days=1)
MOST_MESSAGES = 100_000
MOST_TOPICS = 1_000


class PostgresRebuilds:
    """``keeping.Rebuilds``."""

    def __init__(self, database: Database, *, settled: timedelta = SETTLED) -> None:
        self._database = database
        self._settled = settled

    async def due(self, now: datetime, limit: int) -> Sequence[Pair]:
        return await self.chosen(limit, wrong_before=now - self._settled, rebuilt_before=now - AT_MOST_EVERY)

    async def chosen(
        self,
        limit: int,
        *,
        wrong_before: datetime | None = None,
        rebuilt_before: datetime | None = None,
        user_id: str | None = None,
        bot_name: str | None = None,
    ) -> Sequence[Pair]:
        """Return pairs of this user and bot; right ones too, unless they must have been wrong before some time."""
        every = wrong_before is None
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                query("pairs_to_rebuild"), wrong_before, rebuilt_before, limit, user_id, bot_name, every
            )
        return [Pair(row["user_id"], row["bot_name"]) for row in rows]

    async def seen(self, pair: Pair) -> Sequence[tuple[PointRef, bytes]]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                query("rebuilt_messages"), pair.user_id, pair.bot_name, list(SEEN_ALL_THE_SAME), MOST_MESSAGES
            )
        return [(PointRef(row["collection"], row["point_id"]), row["content_hash"]) for row in rows]

    async def topics(self, pair: Pair) -> Sequence[Topic]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("rebuilt_topics"), pair.user_id, pair.bot_name, MOST_TOPICS)
        return [Topic(label=row["topic"], said_at=row["end_timestamp"]) for row in rows]

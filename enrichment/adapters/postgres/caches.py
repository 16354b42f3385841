"""Keeps the rows that hosts read: those of pairs, and those that a bot's pairs add up to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from enrichment.adapters.postgres.observed import write_rows
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.engines.folding import KeptRow
from enrichment.engines.frame import Pair
from enrichment.engines.keeping import BotSum

# Of each table in one pass; and who has said something within a month is active.
MOST_ROWS = 20_000
ACTIVE = timedelta(days=30)
KEPT_AFTER_EXPIRY = timedelta(days=30)
_PAGE = 500


class PostgresCaches:
    """``keeping.Caches``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, name: str, now: datetime, every: timedelta) -> bool:
        async with self._database.connection() as connection:
            return await connection.fetchval(query("claim_refresh"), name, now, every) is not None

    async def extend(self, now: datetime, keep: timedelta) -> int:
        async with self._database.connection() as connection:
            await connection.execute(query("drop_caches"), now - KEPT_AFTER_EXPIRY, MOST_ROWS)
            return int(await connection.fetchval(query("extend_caches"), now, keep, now - ACTIVE, MOST_ROWS))

    async def behind(self, limit: int) -> Sequence[Pair]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("pairs_behind"), limit)
        return [Pair(row["user_id"], row["bot_name"]) for row in rows]

    async def invalidate(self, user_id: str | None, bot_name: str | None) -> int:
        """Want rows made anew, of one user or of all, of one bot or of all; return of how many pairs."""
        if user_id is not None:
            return await self._invalidated(user_id, bot_name)
        count, last = 0, ""
        while users := await self._users(last, bot_name):
            for one in users:
                count += await self._invalidated(one, bot_name)
            last = users[-1]
        return count

    async def _users(self, after: str, bot_name: str | None) -> Sequence[str]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("observed_users"), after, bot_name, _PAGE)
        return [row["user_id"] for row in rows]

    async def _invalidated(self, user_id: str, bot_name: str | None) -> int:
        async def work(connection: Connection) -> int:
            await connection.execute(query("bind_user"), user_id)
            return int(await connection.fetchval(query("invalidate_pairs"), user_id, bot_name))

        return await self._database.transact(work)


class PostgresBots:
    """``keeping.Bots``; shares are added up here, because a database adds JSON ten times as slowly."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changed(self, expiring_before: datetime, limit: int) -> Sequence[str]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("changed_bots"), expiring_before, limit)
        return [row["bot_name"] for row in rows]

    async def summed(self, bot_name: str, versions: Mapping[str, int]) -> Sequence[BotSum]:
        sums: dict[str, dict[str, float]] = {}
        pairs: dict[str, int] = {}
        async with self._database.snapshot() as connection:
            async for row in connection.cursor(query("shares_of_bot"), bot_name, prefetch=_PAGE):
                engine = row["engine"]
                if engine not in versions:
                    continue
                if versions[engine] == row["version"]:
                    total = sums.setdefault(engine, {})
                    for name, value in row["shares"].items():
                        total[name] = total.get(name, 0.0) + value
                pairs[engine] = pairs.get(engine, 0) + 1
        return [
            BotSum(engine=engine, version=versions[engine], pairs=count, sums=sums.get(engine, {}))
            for engine, count in sorted(pairs.items())
        ]

    async def write(self, bot_name: str, sums: Sequence[BotSum], rows: Sequence[KeptRow], now: datetime) -> None:
        async def work(connection: Connection) -> None:
            await connection.execute(
                query("write_bot_values"),
                bot_name,
                [one.engine for one in sums],
                [one.version for one in sums],
                [one.pairs for one in sums],
                [one.sums for one in sums],
                now,
            )
            if rows:
                await write_rows(connection, rows, now)

        await self._database.transact(work)

    async def confirm(self, now: datetime) -> None:
        async with self._database.connection() as connection:
            await connection.execute(query("touch_bots"), now)

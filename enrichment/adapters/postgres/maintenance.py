"""The background pass that keeps derived rows true and prunes old ones: slice by slice, under a lease of its own."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from enrichment.adapters.postgres.digests import PAGE, digest, fold
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.profiles import POLICY, compose_all
from enrichment.adapters.postgres.queries import query

JOB = "memory"
# A slice is a hundred users at most; of one of them, so many pages of sessions in one go.
USERS, _PAGES = 100, 25
_LEASE = timedelta(minutes=10)
_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long rows are kept, None for ever; ``bots_share``: whether bots may draw on each other's memories."""

    summaries: timedelta | None = timedelta(days=90)
    calls: timedelta | None = timedelta(days=365)
    bots_share: bool = False


class PostgresMaintenance:
    """``upkeep.Maintenance``; ``owner`` stands in the lease."""

    def __init__(self, database: Database, retention: Retention, *, owner: uuid.UUID, users: int = USERS) -> None:
        self._database = database
        self._retention = retention
        self._owner = owner
        self._users = users

    async def next_slice(self, now: datetime, every: timedelta) -> Counter[str] | None:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(query("claim_maintenance"), JOB, self._owner, _LEASE)
            if row is None:
                return None
            await connection.execute(query("set_memory_rules"), self._retention.bots_share)
            users = await connection.fetch(
                query("users_to_maintain"),
                *(row["after"] or "", self._users, self._before(now, self._retention.summaries)),
                *(self._before(now, self._retention.calls), POLICY.fewest, POLICY.after),
                *(POLICY.messages, POLICY.at_most_every),
            )
        counts: Counter[str] = Counter(users=len(users))
        for user in users:
            counts += await self._maintain(user["user_id"], now)
        last = users[-1]["user_id"] if len(users) == self._users else None
        async with self._database.connection() as connection:
            total = Counter[str](row["counts"]) + counts
            pause = every if last is None else _AT_ONCE
            await connection.execute(query("record_maintenance"), JOB, self._owner, last, dict(total), pause)
        return counts

    async def _maintain(self, user_id: str, now: datetime) -> Counter[str]:
        """Do what is due for a user, in short transactions: whoever works for them waits for none of them long."""
        counts: Counter[str] = Counter()
        for _ in range(_PAGES):
            done = await self._database.transact(lambda connection: self._page(connection, user_id, now))
            counts += done
            if max(done["digested_sessions"], done["folded_summaries"]) < PAGE:
                break
        return counts

    async def _page(self, connection: Connection, user_id: str, now: datetime) -> Counter[str]:
        if not await connection.fetchval(query("take_for_maintenance"), user_id):
            return Counter()
        await connection.execute(query("expire_facts"), user_id)
        counts = Counter(profiles=await compose_all(connection, user_id, stale_only=True))
        counts["digested_sessions"] = await digest(connection, user_id)
        if (before := self._before(now, self._retention.summaries)) is not None:
            counts["folded_summaries"] = await fold(connection, user_id, before)
        if (before := self._before(now, self._retention.calls)) is not None:
            dropped = await connection.fetchrow(query("drop_old_calls"), user_id, before)
            counts.update(dict(dropped or {}))
        return counts

    @staticmethod
    def _before(now: datetime, kept: timedelta | None) -> datetime | None:
        return None if kept is None else now - kept

"""Messages that no model could read: looked at, given another chance, or given up for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import SkipReason

LIMIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One quarantined point, without its text; ``attempts`` counts model calls, ``crashes`` deaths of the process."""

    ref: PointRef
    user_id: str
    bot_name: str
    reason: str
    said_at: datetime
    committed_at: datetime
    pipeline_version: int
    attempts: int
    crashes: int
    identity: bytes
    content_hash: bytes


class PostgresQuarantine:
    """The quarantined ends in force."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, *, reason: str | None = None, refs: Sequence[PointRef] | None = None, limit: int = LIMIT
    ) -> Sequence[Quarantined]:
        """Return at most ``limit``, the latest first; only those with this reason, only these points."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                query("quarantined"),
                reason,
                None if refs is None else [ref.collection for ref in refs],
                None if refs is None else [ref.point_id for ref in refs],
                limit,
            )
        names = Quarantined.__slots__
        return [
            Quarantined(
                ref=PointRef(row["collection"], row["point_id"]),
                **{name: row[name] for name in names if name != "ref"},
            )
            for row in rows
        ]

    async def drop(self, one: Quarantined) -> Sequence[PointRef]:
        """End a message as ``skipped(dropped)``, to be settled; returns its points, none if it has left quarantine."""

        async def work(connection: Connection) -> Sequence[PointRef]:
            await connection.execute(query("lock_user"), one.user_id)
            rows = await connection.fetch(
                query("drop_quarantined"), one.user_id, one.identity, one.content_hash, SkipReason.DROPPED
            )
            refs = [PointRef(row["collection"], row["point_id"]) for row in rows]
            columns = [ref.collection for ref in refs], [ref.point_id for ref in refs]
            await connection.execute(query("drop_attempts"), one.user_id, *columns)
            return refs

        return await self._database.transact(work)

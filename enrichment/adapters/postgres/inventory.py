"""The ledger as a sweep compares it with the store, and what it does where a message was deleted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import asyncpg
import orjson

from enrichment.adapters.postgres.ends import recount
from enrichment.adapters.postgres.ledger import GONE
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Outcome
from enrichment.domain.upkeep import LedgerPage, LedgerPoint, Recorded, RecordedEnd, SeenPoint


class PostgresInventory:
    """``upkeep.Inventory``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recorded(self, points: Sequence[SeenPoint]) -> Mapping[PointRef, Recorded]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                query("swept_points"),
                [point.ref.collection for point in points],
                [point.ref.point_id for point in points],
                [point.user_id for point in points],
            )
        grouped: dict[PointRef, list[asyncpg.Record]] = defaultdict(list)
        for row in rows:
            grouped[PointRef(row["collection"], row["point_id"])].append(row)
        return {ref: _recorded(group) for ref, group in grouped.items()}

    async def page(self, collection: str, after: str | None, limit: int) -> LedgerPage:
        user_id, point_id = orjson.loads(after) if after else ("", "")
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("swept_ledger"), collection, user_id, point_id, limit)
        points = tuple(
            LedgerPoint(
                ref=PointRef(collection, row["point_id"]),
                user_id=row["user_id"],
                content_hash=row["content_hash"],
                settled=row["settled"],
            )
            for row in rows
        )
        last = orjson.dumps([points[-1].user_id, points[-1].ref.point_id]).decode() if len(points) >= limit else None
        return LedgerPage(points=points, last=last)

    async def retract(self, points: Sequence[LedgerPoint]) -> int:
        by_user: dict[str, list[LedgerPoint]] = defaultdict(list)
        for point in points:
            by_user[point.user_id].append(point)
        for user_id, group in sorted(by_user.items()):
            await self._retract(user_id, group)
        return len(points)

    async def miss(self, points: Sequence[LedgerPoint]) -> None:
        by_user: dict[str, list[LedgerPoint]] = defaultdict(list)
        for point in points:
            by_user[point.user_id].append(point)
        for user_id, group in sorted(by_user.items()):
            await self._miss(user_id, [point.ref.point_id for point in group])

    async def _miss(self, user_id: str, point_ids: Sequence[str]) -> None:
        async def work(connection: Connection) -> None:
            await connection.execute(query("bind_user"), user_id)
            await connection.execute(query("mark_pairs_missing"), user_id, point_ids)

        await self._database.transact(work)

    async def _retract(self, user_id: str, points: Sequence[LedgerPoint]) -> None:
        columns = (
            [point.ref.collection for point in points],
            [point.ref.point_id for point in points],
            [point.content_hash for point in points],
        )

        async def work(connection: Connection) -> None:
            await connection.execute(query("lock_user"), user_id)
            rows = await connection.fetch(query("withdraw_lost"), user_id, *columns, GONE, True)  # noqa: FBT003 - a column
            await recount(connection, user_id, [row["fact_id"] for row in rows], GONE)
            await connection.execute(query("drop_summaries_of_lost"), user_id, *columns[:2])
            await connection.execute(query("mark_pairs_wrong"), user_id, *columns[:2])

        await self._database.transact(work)


def _recorded(rows: Sequence[asyncpg.Record]) -> Recorded:
    return Recorded(
        ends=tuple(
            RecordedEnd(
                content_hash=row["content_hash"],
                outcome=Outcome(row["outcome"]),
                reason=row["reason"],
                revision=row["revision"],
                settled=row["settled"],
            )
            for row in rows
            if row["outcome"] is not None
        ),
        requeued=rows[0]["requeued"],
        erased_before=rows[0]["erased_before"],
    )

"""The way back from the ledger to the store: what has to be settled, and what became of it (C7, C8)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from enrichment.adapters.postgres.ends import recount
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Outcome, Settled, Settlement

_Columns = tuple[list[str], list[str], list[bytes]]
CHANGED = "changed"
GONE = "gone"


class PostgresLedger:
    """``ports.Ledger``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unsettled(
        self, user_id: str | None, limit: int, *, left_out: Collection[str] = ()
    ) -> Sequence[Settlement]:
        async with self._database.connection() as connection:
            if user_id is None:
                rows = await connection.fetch(query("unsettled"), limit, list(left_out))
            else:
                rows = await connection.fetch(query("unsettled_of_user"), user_id, limit, list(left_out))
        return [
            Settlement(
                ref=PointRef(row["collection"], row["point_id"]),
                outcome=Outcome(row["outcome"]),
                reason=row["reason"],
                content_hash=row["content_hash"],
                revision=row["revision"],
            )
            for row in rows
        ]

    async def settled(self, settlements: Sequence[Settlement], settled: Settled) -> None:
        hashes: dict[PointRef, list[bytes]] = defaultdict(list)
        for settlement in settlements:
            hashes[settlement.ref].append(settlement.content_hash)
        verified = _columns(settled.verified, hashes)
        lost = {CHANGED: _columns(settled.changed, hashes), GONE: _columns(settled.gone, hashes)}

        async def work(connection: Connection) -> None:
            # Users are locked before anything of theirs is touched, in the same order as in a commit.
            for reason, columns in lost.items():
                if columns[0]:
                    await _withdraw(connection, columns, reason)
            if verified[0]:
                await connection.execute(query("mark_settled"), *verified)
                await connection.execute(query("requeued_flagged"), *verified[:2])

        await self._database.transact(work, resolves=True)


async def _withdraw(connection: Connection, columns: _Columns, reason: str) -> None:
    users = await connection.fetch(query("hold_lost"), *columns)
    for row in users:
        user_id = row["user_id"]
        await connection.execute(query("bind_user"), user_id)
        rows = await connection.fetch(query("withdraw_lost"), user_id, *columns, reason, False)  # noqa: FBT003 - a column
        await recount(connection, user_id, [lost["fact_id"] for lost in rows], reason)
        await connection.execute(query("drop_summaries_of_lost"), user_id, *columns[:2])
        if reason == GONE:
            await connection.execute(query("mark_pairs_wrong"), user_id, *columns[:2])


def _columns(refs: Iterable[PointRef], hashes: dict[PointRef, list[bytes]]) -> _Columns:
    """Return the rows that were asked to be settled, as columns: the text that was read is part of the key."""
    rows = [(ref.collection, ref.point_id, content_hash) for ref in refs for content_hash in hashes.get(ref, ())]
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]

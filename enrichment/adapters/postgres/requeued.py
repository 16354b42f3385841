"""Messages that are to be read again: withdrawn and noted in one transaction, forgotten in that of their next end."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.messages import PointRef
from enrichment.domain.selection import Selection
from enrichment.domain.upkeep import Reopened
from enrichment.upkeep import RequeueReason

PAGE = 500
Text = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereadable:
    """How much a selection covers."""

    messages: int
    points: int
    users: int


class PostgresRequeued:
    """``upkeep.Requeued``, and what puts messages there."""

    def __init__(self, database: Database, *, page: int = PAGE) -> None:
        self._database = database
        self._page = page

    async def waiting(self, limit: int) -> Sequence[PointRef]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("requeued_waiting"), limit)
        return [PointRef(row["collection"], row["point_id"]) for row in rows]

    async def reopened(self, reopened: Reopened) -> None:
        async def work(connection: Connection) -> None:
            for name, refs in (("requeued_gone", reopened.gone), ("requeued_reopened", reopened.verified)):
                if refs:
                    await connection.execute(query(name), *_columns(refs))

        await self._database.transact(work, resolves=True)

    async def count(self, selection: Selection, below_version: int | None) -> Rereadable:
        """Return how much was read, meets the selection, and was read by a version below this one (None: by any)."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(query("count_rereadable"), *_conditions(selection), below_version)
        assert row is not None  # noqa: S101 - an aggregate without grouping always has a row
        return Rereadable(**row)

    async def reenrich(self, selection: Selection, below_version: int | None) -> AsyncIterator[Sequence[PointRef]]:
        """Requeue everything that ``count`` counts, in one transaction for each user of a page; yield the points.

        What is read again while this runs is not taken a second time.
        """
        async with self._database.connection() as connection:
            before: datetime = await connection.fetchval("select clock_timestamp()")
        user_id = ""
        while True:
            async with self._database.connection() as connection:
                rows = await connection.fetch(
                    query("rereadable"), user_id, before, *_conditions(selection), below_version, self._page
                )
            if not rows:
                return
            for user_id, group in groupby(rows, lambda row: str(row["user_id"])):
                texts = [(row["identity"], row["content_hash"]) for row in group]
                yield await self.requeue(user_id, texts, "reenrich")

    async def requeue(self, user_id: str, texts: Sequence[Text], reason: RequeueReason) -> Sequence[PointRef]:
        """Withdraw the ends of these (identity, content hash) and note their points, in one transaction.

        Waits for a commit of this user that is under way. For a retry, what is held against them is forgotten.
        """

        async def work(connection: Connection) -> Sequence[PointRef]:
            await connection.execute(query("lock_user"), user_id)
            rows = await connection.fetch(
                query("requeue"), user_id, [text[0] for text in texts], [text[1] for text in texts], reason
            )
            refs = [PointRef(row["collection"], row["point_id"]) for row in rows]
            if reason == "retry":
                await connection.execute(query("drop_attempts"), user_id, *_columns(refs))
            return refs

        return await self._database.transact(work)


def _conditions(selection: Selection) -> tuple[str | datetime | None, ...]:
    return selection.user_id, selection.collection, selection.bot_name, selection.since, selection.until


def _columns(refs: Sequence[PointRef]) -> tuple[list[str], list[str]]:
    return [ref.collection for ref in refs], [ref.point_id for ref in refs]

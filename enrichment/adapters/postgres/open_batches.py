"""Open batches: what is being read for a user, written down before the model is asked (C2)."""

import uuid
from collections.abc import Sequence

import asyncpg

from enrichment.adapters.postgres.blame import EIGHTHS, Blame, columns_of
from enrichment.adapters.postgres.ends import Origin, recount, write_ends
from enrichment.adapters.postgres.leases import hold
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.records import messages_of, quarantined_end, record_of, unfinished_of
from enrichment.domain.batches import Batch, Known
from enrichment.domain.messages import PointRef
from enrichment.domain.prompt import Prompt
from enrichment.errors import ConflictingLedger, ModelFailure
from enrichment.failpoints import failpoint
from enrichment.ports import Lease, OpenBatch, UnfinishedBatch

# These tell of an outage, and only if everybody else is answered meanwhile, of the messages.
UNANSWERED = frozenset({ModelFailure.SERVER, ModelFailure.TRANSPORT})


class PostgresOpenBatches:
    """``ports.OpenBatches``; ``pipeline_version`` is written into each record and ledger row."""

    def __init__(self, database: Database, *, pipeline_version: int) -> None:
        self._database = database
        self._pipeline_version = pipeline_version

    async def unfinished(self, lease: Lease) -> UnfinishedBatch | None:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(query("unfinished"), lease.user_id, lease.owner, lease.fence)
        return None if row is None else unfinished_of(row)

    async def take_up(
        self, record: UnfinishedBatch, reading: Sequence[tuple[PointRef, bytes]], lease: Lease
    ) -> Sequence[PointRef]:
        async def work(connection: Connection) -> Sequence[PointRef]:
            await hold(connection, lease)
            blame = await Blame.for_death(connection, lease, record.batch_id)
            row = await connection.fetchrow(
                query("take_up"), lease.user_id, record.batch_id, lease.owner, lease.fence, int(blame is not None)
            )
            if row is None or blame is None or not await blame.lay(connection, reading, EIGHTHS):
                return ()
            return await self._quarantine(connection, lease, record.batch_id, row, reading[0], ModelFailure.CRASH)

        return await self._database.transact(work)

    async def open(self, batch: Batch, known: Known, prompt: Prompt, lease: Lease) -> OpenBatch:
        opened = OpenBatch(batch_id=uuid.uuid4(), batch=batch, known=known, prompt_hash=prompt.hash)
        record = record_of(batch, known)

        async def work(connection: Connection) -> None:
            await hold(connection, lease)
            try:
                await connection.execute(
                    query("open_batch"),
                    *(lease.user_id, opened.batch_id, batch.bot_name, batch.scope, lease.owner, lease.fence),
                    *(self._pipeline_version, opened.prompt_hash, record),
                )
            except asyncpg.UniqueViolationError as error:
                raise ConflictingLedger("the user has an open batch already") from error
            await connection.execute(query("count_attempts"), lease.user_id, *columns_of(messages_of(record)))
            failpoint("C2")

        await self._database.transact(work)
        return opened

    async def abandon(self, batch_id: uuid.UUID, lease: Lease) -> None:
        async def work(connection: Connection) -> None:
            await hold(connection, lease)
            row = await connection.fetchrow(query("close_batch"), lease.user_id, batch_id)
            if row is not None:
                messages = messages_of(row["record"])
                await connection.execute(query("forgive_attempts"), lease.user_id, *columns_of(messages))

        await self._database.transact(work, resolves=True)

    async def fail(self, batch_id: uuid.UUID, failure: ModelFailure, lease: Lease, *, parts: int) -> Sequence[PointRef]:
        async def work(connection: Connection) -> Sequence[PointRef]:
            await hold(connection, lease)
            blame = await Blame.of(connection, lease, batch_id, failure)
            row = await connection.fetchrow(query("close_batch"), lease.user_id, batch_id)
            if row is None:
                return ()
            messages = messages_of(row["record"])
            if failure in UNANSWERED and not await connection.fetchval(
                query("fails_alone"), lease.user_id, batch_id, [one.value for one in UNANSWERED]
            ):
                await connection.execute(query("forgive_attempts"), lease.user_id, *columns_of(messages))
                return ()
            if not await blame.lay(connection, messages, parts):
                return ()
            return await self._quarantine(connection, lease, batch_id, row, messages[0], failure)

        return await self._database.transact(work, resolves=failure in UNANSWERED)

    async def _quarantine(
        self,
        connection: Connection,
        lease: Lease,
        batch_id: uuid.UUID,
        row: asyncpg.Record,
        item: tuple[PointRef, bytes],
        failure: ModelFailure,
    ) -> Sequence[PointRef]:
        end = quarantined_end(row["record"], row["bot_name"], failure, item)
        origin = Origin(user_id=lease.user_id, pipeline_version=row["pipeline_version"], batch_id=batch_id)
        await recount(connection, lease.user_id, await write_ends(connection, origin, [end]))
        return end.points

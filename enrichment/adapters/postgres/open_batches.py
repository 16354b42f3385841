"""Open batches: what is being read for a user, written down before the model is asked (C2)."""

import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from enrichment.adapters.postgres.ends import Origin, recount, write_ends
from enrichment.adapters.postgres.leases import hold
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.records import Record, messages_of, quarantined_end, record_of, unfinished_of
from enrichment.domain.batches import Batch, Known
from enrichment.domain.messages import PointRef
from enrichment.domain.prompt import Prompt
from enrichment.errors import ConflictingLedger, ModelFailure
from enrichment.failpoints import failpoint
from enrichment.ports import Lease, OpenBatch, UnfinishedBatch

# A process may die for reasons of its own: only the third death with the same message in hand is the message's.
CRASHES_TO_QUARANTINE = 3
REMEMBERED = 10_000
# These tell of an outage, and only if everybody else is answered meanwhile, of the messages.
UNANSWERED = frozenset({ModelFailure.SERVER, ModelFailure.TRANSPORT})


class PostgresOpenBatches:
    """``ports.OpenBatches``; ``pipeline_version`` is written into each record and ledger row."""

    def __init__(self, database: Database, *, pipeline_version: int) -> None:
        self._database = database
        self._pipeline_version = pipeline_version
        # What this process began lately: found open later, it was an outage that left it so, and nobody died of it.
        self._begun: deque[uuid.UUID] = deque(maxlen=REMEMBERED)

    async def unfinished(self, lease: Lease) -> UnfinishedBatch | None:
        async def work(connection: Connection) -> UnfinishedBatch | None:
            await connection.execute(query("bind_user"), lease.user_id)
            row = await connection.fetchrow(query("unfinished"), lease.user_id, lease.owner, lease.fence)
            return None if row is None else replace(unfinished_of(row), ours=row["batch_id"] in self._begun)

        return await self._database.transact(work)

    async def open(self, batch: Batch, known: Known, prompt: Prompt, lease: Lease) -> OpenBatch:
        opened = OpenBatch(batch_id=uuid.uuid4(), batch=batch, known=known, prompt_hash=prompt.hash)
        record = record_of(batch, known)

        async def work(connection: Connection) -> None:
            await hold(connection, lease)
            try:
                await connection.execute(
                    query("open_batch"),
                    *(lease.user_id, opened.batch_id, batch.bot_name, batch.scope, lease.fence),
                    *(self._pipeline_version, opened.prompt_hash, record),
                )
            except asyncpg.UniqueViolationError as error:
                raise ConflictingLedger("the user has an open batch already") from error
            await connection.execute(query("count_attempts"), lease.user_id, *_columns(record))
            failpoint("C2")

        self._begun.append(opened.batch_id)
        await self._database.transact(work)
        return opened

    async def abandon(self, batch_id: uuid.UUID, lease: Lease) -> None:
        async def work(connection: Connection) -> None:
            await hold(connection, lease)
            row = await connection.fetchrow(query("close_batch"), lease.user_id, batch_id)
            if row is not None:
                await connection.execute(query("forgive_attempts"), lease.user_id, *_columns(row["record"]))

        await self._database.transact(work, resolves=True)

    async def fail(self, batch_id: uuid.UUID, failure: ModelFailure, lease: Lease, *, parts: int) -> Sequence[PointRef]:
        async def work(connection: Connection) -> Sequence[PointRef]:
            await hold(connection, lease)
            row = await connection.fetchrow(query("close_batch"), lease.user_id, batch_id)
            if row is None:
                return ()
            if failure in UNANSWERED and not await connection.fetchval(
                query("fails_alone"), lease.user_id, batch_id, [one.value for one in UNANSWERED]
            ):
                await connection.execute(query("forgive_attempts"), lease.user_id, *_columns(row["record"]))
                return ()
            crashes = await self._blame(connection, lease, row["record"], failure, parts)
            if len(messages_of(row["record"])) > 1:
                return ()
            if failure is ModelFailure.CRASH and crashes < CRASHES_TO_QUARANTINE:
                return ()
            end = quarantined_end(row["record"], row["bot_name"], failure)
            origin = Origin(user_id=lease.user_id, pipeline_version=row["pipeline_version"], batch_id=batch_id)
            await recount(connection, lease.user_id, await write_ends(connection, origin, [end]))
            return end.points

        return await self._database.transact(work, resolves=failure in UNANSWERED)

    async def _blame(
        self, connection: Connection, lease: Lease, record: Record, failure: ModelFailure, parts: int
    ) -> int:
        """Note the failure with each message and return the highest number of crashes among them."""
        messages = messages_of(record)
        largest = max(1, -(-len(messages) // parts))
        rows = await connection.fetch(
            query("blame_attempts"),
            *(lease.user_id, *_columns(record), largest, failure.value, int(failure is ModelFailure.CRASH)),
        )
        return max((row["crashes"] for row in rows), default=0)


def _columns(record: Record) -> tuple[list[str], list[str], list[bytes]]:
    messages = messages_of(record)
    return (
        [ref.collection for ref, _ in messages],
        [ref.point_id for ref, _ in messages],
        [content_hash for _, content_hash in messages],
    )

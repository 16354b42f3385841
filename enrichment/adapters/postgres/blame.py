"""Who is to blame for a failure: the messages of a batch, each by itself only once nothing else explains it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import asyncpg

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.domain.messages import PointRef
from enrichment.errors import ModelFailure
from enrichment.ports import Lease

# A process may die for reasons of its own: only the third death with a message in hand is the message's.
CRASHES_TO_QUARANTINE = 3
# What died with a process that had nothing else in hand may only come back in parts of this size.
EIGHTHS = 8

Messages = Sequence[tuple[PointRef, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """One failure of a user's batch; of a process that died, ``died_at`` and how many batches it had in hand."""

    user_id: str
    failure: ModelFailure
    in_hand: int = 1
    died_at: datetime | None = None

    @classmethod
    async def for_death(cls, connection: Connection, lease: Lease, batch_id: uuid.UUID) -> Self | None:
        """Return the blame for the death of the process that had an open batch in hand, None if it did not die."""
        death = await connection.fetchrow(query("death_over"), lease.user_id, batch_id, lease.owner)
        if death is None:
            return None
        return cls(
            user_id=lease.user_id,
            failure=ModelFailure.CRASH,
            in_hand=death["in_hand"],
            died_at=death["found_at"],
        )

    @classmethod
    async def of(cls, connection: Connection, lease: Lease, batch_id: uuid.UUID, failure: ModelFailure) -> Self:
        """Return the blame for this failure of an open batch."""
        death = await cls.for_death(connection, lease, batch_id) if failure is ModelFailure.CRASH else None
        return death or cls(user_id=lease.user_id, failure=failure)

    async def lay(self, connection: Connection, messages: Messages, parts: int) -> bool:
        """Note it with each message, and return whether there is one alone and it is guilty.

        They may only come back in 1/``parts`` of their number, unless they died beside others: then it is the batch
        that has to be singled out first.
        """
        crashed = self.failure is ModelFailure.CRASH
        largest = max(1, -(-len(messages) // parts)) if self.in_hand == 1 else None
        is_alone = len(messages) == 1 and self.in_hand == 1
        rows = await connection.fetch(
            query("blame_attempts"),
            *(self.user_id, *columns_of(messages), largest, self.failure.value),
            *(int(crashed), int(crashed and is_alone), self.died_at),
        )
        if not is_alone:
            return False
        return not crashed or any([await _is_guilty(connection, row) for row in rows])


async def _is_guilty(connection: Connection, row: asyncpg.Record) -> bool:
    """Tell whether deaths are to be blamed on a message that was alone in hand at the last.

    It was alone each time, or it was in hand whenever anybody died since the first: where processes die without it too,
    somebody else kills them.
    """
    crashes: int = row["crashes"]
    if row["crashes_alone"] >= CRASHES_TO_QUARANTINE:
        return True
    if crashes < CRASHES_TO_QUARANTINE or row["crashed_since"] is None:
        return False
    deaths: int = await connection.fetchval(query("deaths_since"), row["crashed_since"])
    return deaths <= crashes


def columns_of(messages: Messages) -> tuple[list[str], list[str], list[bytes]]:
    """Return collections, point ids and content hashes, as statements take them."""
    return (
        [ref.collection for ref, _ in messages],
        [ref.point_id for ref, _ in messages],
        [content_hash for _, content_hash in messages],
    )

"""Writes that messages have come to their end: ledger rows, in place of what was read of older texts."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.outcomes import Outcome, SkipReason
from enrichment.errors import ConflictingLedger

REREAD = "reread"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What one message has come to; ``said_at`` None where nobody knows."""

    points: tuple[PointRef, ...]
    identity: bytes
    content_hash: bytes
    bot_name: str
    said_at: datetime | None
    outcome: Outcome
    reason: str | None = None
    revision: str | None = None
    session_id: uuid.UUID | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who writes: the user, the version of the pipeline, and the batch if there is one."""

    user_id: str
    pipeline_version: int
    batch_id: uuid.UUID | None = None


def end_of(
    message: Message,
    outcome: Outcome,
    *,
    reason: str | None = None,
    session_id: uuid.UUID | None = None,
    truncated: bool = False,
) -> End:
    """Return a message's end."""
    return End(
        points=message.points,
        identity=message.identity,
        content_hash=message.content_hash,
        bot_name=message.bot_name,
        said_at=message.said_at,
        outcome=outcome,
        reason=reason,
        revision=message.revision,
        session_id=session_id,
        truncated=truncated,
    )


async def write_ends(connection: Connection, origin: Origin, ends: Iterable[End]) -> Sequence[uuid.UUID]:
    """Write the rows, one for each point, and return the facts that lost evidence.

    It is lost to a newer text, or because a message that was to be read again has ended without being read.
    Needs the user's lease lock. Raises ``ConflictingLedger`` if another end of the same text is in force.
    """
    points = [(end, ref) for end in ends for ref in end.points]
    lost = await connection.fetch(
        query("withdraw_older"),
        origin.user_id,
        [end.identity for end, _ in points],
        [ref.collection for _, ref in points],
        [ref.point_id for _, ref in points],
        [end.content_hash for end, _ in points],
    )
    if unread := [(end, ref) for end, ref in points if end.outcome != Outcome.COMPLETED]:
        lost += await connection.fetch(
            query("withdraw_requeued"),
            origin.user_id,
            *_columns([ref for _, ref in unread]),
            [end.content_hash if end.reason == SkipReason.DUPLICATE else None for end, _ in unread],
        )
    try:
        await _insert(connection, origin, points)
    except asyncpg.UniqueViolationError as error:
        raise ConflictingLedger("a message has been committed already") from error
    return [row["fact_id"] for row in lost]


async def recount(connection: Connection, user_id: str, fact_ids: Sequence[uuid.UUID], reason: str = REREAD) -> None:
    """Count again what facts rest on that lost evidence; those that rest on nothing are retracted for this reason."""
    if fact_ids:
        await connection.execute(query("recount_evidence"), user_id, fact_ids, reason)


async def drop_attempts(connection: Connection, user_id: str, ends: Iterable[End]) -> None:
    """Forget how often these messages were tried."""
    refs = [ref for end in ends for ref in end.points]
    await connection.execute(query("drop_attempts"), user_id, *_columns(refs))


def _columns(refs: Sequence[PointRef]) -> tuple[list[str], list[str]]:
    return [ref.collection for ref in refs], [ref.point_id for ref in refs]


async def _insert(connection: Connection, origin: Origin, points: Sequence[tuple[End, PointRef]]) -> None:
    rows = [
        (
            *(ref.collection, ref.point_id, end.content_hash, end.identity, end.bot_name, end.session_id),
            *(end.said_at, end.outcome, end.reason, end.revision, end.truncated),
        )
        for end, ref in points
    ]
    if rows:
        whose = origin.user_id, origin.pipeline_version, origin.batch_id
        await connection.execute(query("insert_ledger"), *whose, *zip(*rows, strict=True))

"""What has happened to messages before: their ledger rows, their attempts, and the sessions near them."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from hashlib import blake2b

import asyncpg

from enrichment.adapters.postgres.ends import End, Origin, drop_attempts, end_of, recount, write_ends
from enrichment.adapters.postgres.leases import hold
from enrichment.adapters.postgres.observed import write_observed
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.batches import Batch, Limits, Session, SessionKey
from enrichment.domain.changes import AttemptRecord, LedgerEntry, UserHistory
from enrichment.domain.digest import Digest
from enrichment.domain.messages import Message, PointRef, Skipped
from enrichment.domain.outcomes import Outcome
from enrichment.engines.folding import Observed
from enrichment.memory.summaries import revised_sessions
from enrichment.ports import Lease

_Stretch = tuple[str, datetime, datetime]


class PostgresHistory:
    """``ports.History``; of ``limits`` only those of sessions and context matter."""

    def __init__(self, database: Database, *, pipeline_version: int, limits: Limits | None = None) -> None:
        self._database = database
        self._pipeline_version = pipeline_version
        self._limits = limits or Limits()

    async def history(self, user_id: str, messages: Sequence[Message], skipped: Sequence[Skipped]) -> UserHistory:
        refs = [*(ref for message in messages for ref in message.points), *(item.ref for item in skipped)]
        columns = [ref.collection for ref in refs], [ref.point_id for ref in refs]
        identities = [message.identity for message in messages]
        near = stretches(messages, self._limits.idle_gap)
        async with self._database.connection() as connection:
            entries = await connection.fetch(query("history_ledger"), user_id, identities, *columns)
            attempts = await connection.fetch(query("history_attempts"), user_id, *columns)
            sessions = await connection.fetch(
                query("history_sessions"),
                user_id,
                *([stretch[column] for stretch in near] for column in range(3)),
                self._limits.max_session,
                self._limits.context_messages,
                sorted(edited_sessions(messages, entries)),
                self._limits.retold_messages,
            )
            wishes = await connection.fetchrow(query("wishes"), user_id)
        assert wishes is not None  # noqa: S101 - a select without a table always has a row
        return UserHistory(
            entries=tuple(map(_entry, entries)),
            attempts={(_ref(row), row["content_hash"]): _attempt(row) for row in attempts},
            sessions=tuple(map(_session, sessions)),
            erased_before=wishes["erased_before"],
            opted_out=wishes["opted_out_since"] is not None,
        )

    async def skip(self, user_id: str, skipped: Sequence[Skipped | tuple[Message, str]], lease: Lease) -> None:
        ends = [_skipped_end(user_id, item) for item in skipped]
        origin = Origin(user_id=user_id, pipeline_version=self._pipeline_version)

        async def work(connection: Connection) -> None:
            await hold(connection, lease)
            await recount(connection, user_id, await write_ends(connection, origin, ends))
            await drop_attempts(connection, user_id, ends)

        await self._database.transact(work)

    async def pass_over(self, batch: Batch, reason: str, lease: Lease, observed: Observed | None = None) -> None:
        origin = Origin(user_id=batch.user_id, pipeline_version=self._pipeline_version)
        ends = [
            end_of(message, Outcome.SKIPPED, reason=reason, session_id=window.session_id)
            for window in batch.windows
            for message in window.messages
        ]
        sessions = [
            (batch.user_id, one.session_id, *astuple(one.key), one.started_at, one.ended_at, 0, False)
            for one in revised_sessions(batch, Digest())
        ]

        async def work(connection: Connection) -> None:
            await hold(connection, lease)
            await recount(connection, batch.user_id, await write_ends(connection, origin, ends))
            await connection.executemany(query("write_session"), sessions)
            await drop_attempts(connection, batch.user_id, ends)
            if observed is not None:
                await write_observed(connection, observed)

        await self._database.transact(work)


def edited_sessions(messages: Sequence[Message], entries: Sequence[asyncpg.Record]) -> set[uuid.UUID]:
    """Return the sessions in which an older text of one of the messages was read."""
    texts: dict[object, set[bytes]] = defaultdict(set)
    for message in messages:
        for key in (message.identity, *message.points):
            texts[key].add(message.content_hash)
    read = [row for row in entries if row["outcome"] == Outcome.COMPLETED and row["session_id"] is not None]
    current = [texts[row["identity"]] | texts[_ref(row)] for row in read]
    return {row["session_id"] for row, now in zip(read, current, strict=True) if now and row["content_hash"] not in now}


def stretches(messages: Sequence[Message], gap: timedelta) -> list[_Stretch]:
    """Return the stretches of time, by bot, in which a session must lie to be near one of the messages."""
    near: list[_Stretch] = []
    for bot_name, said_at in sorted({(message.bot_name, message.said_at) for message in messages}):
        if near and near[-1][0] == bot_name and said_at - gap <= near[-1][2]:
            near[-1] = (bot_name, near[-1][1], said_at + gap)
        else:
            near.append((bot_name, said_at - gap, said_at + gap))
    return near


def _ref(row: asyncpg.Record) -> PointRef:
    return PointRef(row["collection"], row["point_id"])


def _entry(row: asyncpg.Record) -> LedgerEntry:
    return LedgerEntry(
        ref=_ref(row),
        identity=row["identity"],
        content_hash=row["content_hash"],
        outcome=row["outcome"],
        reason=row["reason"],
        settled=row["settled"],
    )


def _attempt(row: asyncpg.Record) -> AttemptRecord:
    return AttemptRecord(
        attempts=row["attempts"],
        crashes=row["crashes"],
        largest_batch=row["largest_batch"],
        last_failure=row["last_failure"],
    )


def _session(row: asyncpg.Record) -> Session:
    return Session(
        session_id=row["session_id"],
        key=SessionKey(row["bot_name"], row["channel_id"], row["conversation_id"], row["scope"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        message_count=row["message_count"],
        summary=row["summary_text"],
        ended=row["ended"],
        recent=tuple(map(PointRef, row["collections"] or (), row["point_ids"] or ())),
        retold=row["retold"],
    )


def _skipped_end(user_id: str, item: Skipped | tuple[Message, str]) -> End:
    if isinstance(item, Skipped):
        # Nothing in it could be understood, so the point itself is all the identity that it has.
        parts = (user_id, item.ref.collection, item.ref.point_id)
        return End(
            points=(item.ref,),
            identity=blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest(),
            content_hash=item.content_hash,
            bot_name=item.bot_name,
            said_at=None,
            outcome=Outcome.SKIPPED,
            reason=item.reason,
            revision=item.revision,
        )
    message, reason = item
    return end_of(message, Outcome.SKIPPED, reason=reason)

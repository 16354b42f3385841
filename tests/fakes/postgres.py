"""The ports of a worker over a ``Truth`` in memory; each call is one transaction, as in the adapters for Postgres."""

import uuid
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from enrichment.domain.batches import BacklogPoint, Batch, Known, Session, UserBacklog
from enrichment.domain.changes import AttemptRecord, LedgerEntry, SessionRevision, UserHistory
from enrichment.domain.digest import Digest
from enrichment.domain.messages import Message, Pending, PointRef, Skipped
from enrichment.domain.outcomes import Outcome, Settled, Settlement
from enrichment.domain.prompt import Answer, Prompt
from enrichment.engines.folding import Observed
from enrichment.errors import ConflictingLedger, LeaseLost, ModelFailure, UserErased
from enrichment.memory.summaries import revised_sessions
from enrichment.ports import Call, Lease, OpenBatch, UnfinishedBatch, WindowRecord
from tests.fakes.database import UNANSWERED, Called, End, Held, Open, Truth, end_of_skipped, ends_of
from tests.fakes.pace import TurnedClock

LEASE_SECONDS = 60.0
CRASHES_TO_QUARANTINE = 3
RECENT = 6
PASSED_OVER = {"trivial", "no_user_message"}


@dataclass
class FakePostgres:
    """Where the truth is; ``truth`` is another one after a restore."""

    clock: TurnedClock
    truth: Truth

    def hold(self, lease: Lease) -> None:
        self.truth.hold(lease, self.clock.seconds)


@dataclass
class FakeBacklog:
    postgres: FakePostgres

    async def replace(self, collection: str, pages: AsyncIterator[Sequence[Pending]]) -> int | None:
        seen = await self.postgres.truth.backlog.replace(collection, pages)
        self.postgres.truth.looks += 1
        return seen

    async def candidates(self) -> AsyncIterator[Sequence[UserBacklog]]:
        truth = self.postgres.truth
        waiting = {user.user_id: user async for page in truth.backlog.candidates() for user in page}
        for user_id in truth.open:
            waiting.setdefault(
                user_id,
                UserBacklog(user_id=user_id, messages=0, oldest=None, newest=None, mean_tokens=40, requested=True),
            )
        yield [waiting[user_id] for user_id in sorted(waiting)]

    async def points(self, user_id: str, limit: int) -> Sequence[BacklogPoint]:
        return await self.postgres.truth.backlog.points(user_id, limit)

    async def remove(self, user_id: str, refs: Sequence[PointRef]) -> None:
        await self.postgres.truth.backlog.remove(user_id, refs)


@dataclass
class FakeLeases:
    postgres: FakePostgres
    owner: uuid.UUID

    async def claim(self, user_id: str) -> Lease | None:
        now, held = self.postgres.clock.seconds, self.postgres.truth.held.setdefault(user_id, Held(fence=0))
        if held.owner is not None and held.until > now:
            return None
        if held.owner is not None and held.owner != self.owner:
            opened = [one for one in self.postgres.truth.open.values() if one.owner == held.owner]
            self.postgres.truth.deaths.setdefault(held.owner, len(opened))
        held.owner, held.fence, held.until = self.owner, held.fence + 1, now + LEASE_SECONDS
        return Lease(user_id=user_id, owner=self.owner, fence=held.fence)

    async def renew(self, lease: Lease) -> None:
        self.postgres.hold(lease)
        self.postgres.truth.held[lease.user_id].until = self.postgres.clock.seconds + LEASE_SECONDS

    async def release(self, lease: Lease, *, served: bool) -> None:
        truth = self.postgres.truth
        held = truth.held.get(lease.user_id)
        if held is None or (held.owner, held.fence) != (lease.owner, lease.fence):
            return
        held.owner, held.until = None, 0.0
        if lease.user_id in truth.erased_before and not any(end.user_id == lease.user_id for end in truth.ledger):
            del truth.held[lease.user_id]


@dataclass
class FakeOpenBatches:
    postgres: FakePostgres

    async def unfinished(self, lease: Lease) -> UnfinishedBatch | None:
        opened, held = self.postgres.truth.open.get(lease.user_id), self.postgres.truth.held.get(lease.user_id)
        if opened is None or held is None or (held.owner, held.fence) != (lease.owner, lease.fence):
            return None
        return replace(opened.record, answer=opened.answer, in_hand=self._died_with(opened, lease))

    async def take_up(
        self, record: UnfinishedBatch, reading: Sequence[tuple[PointRef, bytes]], lease: Lease
    ) -> Sequence[PointRef]:
        self.postgres.hold(lease)
        opened = self.postgres.truth.open[lease.user_id]
        in_hand = self._died_with(opened, lease)
        opened.owner = lease.owner
        messages = [message for message in opened.messages if (message.ref, message.content_hash) in reading]
        if not in_hand:
            return ()
        opened.record = replace(opened.record, resumed=opened.record.resumed + 1)
        return self._quarantined(messages, ModelFailure.CRASH, self._largest(messages, 8, in_hand), in_hand)

    async def open(self, batch: Batch, known: Known, prompt: Prompt, lease: Lease) -> OpenBatch:
        self.postgres.hold(lease)
        truth = self.postgres.truth
        if lease.user_id in truth.open:
            raise ConflictingLedger("the user has an open batch already")
        opened = OpenBatch(batch_id=uuid.uuid4(), batch=batch, known=known, prompt_hash=prompt.hash)
        truth.open[lease.user_id] = Open(record=_record(opened), messages=batch.messages, owner=lease.owner)
        self._count(lease.user_id, batch.messages, attempts=1)
        return opened

    async def abandon(self, batch_id: uuid.UUID, lease: Lease) -> None:
        self.postgres.hold(lease)
        if (opened := self._closed(lease.user_id, batch_id)) is not None:
            self._count(lease.user_id, opened.messages, attempts=-1)

    async def fail(self, batch_id: uuid.UUID, failure: ModelFailure, lease: Lease, *, parts: int) -> Sequence[PointRef]:
        self.postgres.hold(lease)
        opened = self._closed(lease.user_id, batch_id)
        if opened is None:
            return ()
        truth = self.postgres.truth
        if failure in UNANSWERED and not truth.fails_alone(lease.user_id, batch_id):
            self._count(lease.user_id, opened.messages, attempts=-1)
            return ()
        in_hand = self._died_with(opened, lease) or 1
        return self._quarantined(opened.messages, failure, self._largest(opened.messages, parts, in_hand), in_hand)

    def _quarantined(
        self, messages: Sequence[Message], failure: ModelFailure, largest: int | None, in_hand: int
    ) -> Sequence[PointRef]:
        crashed = failure is ModelFailure.CRASH
        truth = self.postgres.truth
        for message in messages:
            self._count(message.user_id, [message], crashes=int(crashed), largest=largest)
        if len(messages) != 1 or in_hand > 1:
            return ()
        [message] = messages
        truth.died_alone[message.ref] += crashed
        if crashed and truth.died_alone[message.ref] < CRASHES_TO_QUARANTINE:
            return ()
        lost = truth.write_ends(ends_of(message, Outcome.QUARANTINED, failure.value))
        truth.recount(lost, "reread")
        return message.points

    def _died_with(self, opened: Open, lease: Lease) -> int:
        return 0 if opened.owner == lease.owner else self.postgres.truth.deaths.get(opened.owner, 0)

    def _largest(self, messages: Sequence[Message], parts: int, in_hand: int) -> int | None:
        return max(1, -(-len(messages) // parts)) if in_hand == 1 else None

    def _closed(self, user_id: str, batch_id: uuid.UUID) -> Open | None:
        opened = self.postgres.truth.open.get(user_id)
        if opened is None or opened.record.batch_id != batch_id:
            return None
        return self.postgres.truth.open.pop(user_id)

    def _count(
        self,
        user_id: str,
        messages: Sequence[Message],
        *,
        attempts: int = 0,
        crashes: int = 0,
        largest: int | None = None,
    ) -> None:
        for message in messages:
            key = (user_id, message.ref, message.content_hash)
            last = self.postgres.truth.attempts.get(key, AttemptRecord(attempts=0, crashes=0, largest_batch=None))
            sizes = [size for size in (last.largest_batch, largest) if size is not None]
            self.postgres.truth.attempts[key] = AttemptRecord(
                attempts=max(0, last.attempts + attempts),
                crashes=last.crashes + crashes,
                largest_batch=min(sizes, default=None),
            )


@dataclass
class FakeCalls:
    postgres: FakePostgres

    async def reserve(self, opened: OpenBatch, model: str, cost_usd: Decimal) -> Call:
        user_id, truth = opened.batch.user_id, self.postgres.truth
        found = truth.open.get(user_id)
        if found is None or found.record.batch_id != opened.batch_id:
            raise LeaseLost("the batch is closed") if user_id in truth.held else UserErased("the user was erased")
        call = Call(call_id=uuid.uuid4(), user_id=user_id, batch_id=opened.batch_id, reserved_usd=cost_usd)
        truth.calls[call.call_id] = Called(user_id=user_id, batch_id=call.batch_id, asked_at=truth.tick())
        return call

    async def answered(self, call: Call, answer: Answer) -> None:
        self._end(call, None)
        found = self.postgres.truth.open.get(call.user_id)
        if found is not None and found.record.batch_id == call.batch_id:
            found.answer = answer

    async def failed(
        self, call: Call, failure: ModelFailure, answer: Answer | None = None, *, cost_unknown: bool = False
    ) -> None:
        self._end(call, failure)
        found = self.postgres.truth.open.get(call.user_id)
        if found is not None and found.record.batch_id == call.batch_id:
            found.answer = None

    def _end(self, call: Call, failure: ModelFailure | None) -> None:
        row = self.postgres.truth.calls.get(call.call_id)
        if row is not None:
            row.ended_at, row.failure = row.ended_at or self.postgres.truth.tick(), failure


@dataclass
class FakeHistory:
    postgres: FakePostgres

    async def history(self, user_id: str, messages: Sequence[Message], skipped: Sequence[Skipped]) -> UserHistory:
        truth = self.postgres.truth
        identities = {message.identity for message in messages}
        refs = {*(ref for message in messages for ref in message.points), *(item.ref for item in skipped)}
        return UserHistory(
            entries=tuple(
                LedgerEntry(
                    ref=end.ref,
                    identity=end.identity,
                    content_hash=end.content_hash,
                    outcome=end.outcome,
                    reason=end.reason,
                    settled=end.settled,
                )
                for end in truth.in_force(user_id)
                if end.identity in identities or end.ref in refs
            ),
            attempts={key[1:]: one for key, one in truth.attempts.items() if key[0] == user_id and key[1] in refs},
            sessions=tuple(self._session(one, messages) for one in self._sessions(user_id).values()),
            erased_before=truth.erased_before.get(user_id),
        )

    async def skip(self, user_id: str, skipped: Sequence[Skipped | tuple[Message, str]], lease: Lease) -> None:
        self.postgres.hold(lease)
        now = self.postgres.clock.now()
        ends = [
            end
            for item in skipped
            for end in (
                [end_of_skipped(user_id, item, now)]
                if isinstance(item, Skipped)
                else ends_of(item[0], Outcome.SKIPPED, item[1])
            )
        ]
        self._end(user_id, ends)

    async def pass_over(self, batch: Batch, reason: str, lease: Lease, observed: Observed | None = None) -> None:
        self.postgres.hold(lease)
        self._end(
            batch.user_id,
            [
                end
                for window in batch.windows
                for message in window.messages
                for end in ends_of(message, Outcome.SKIPPED, reason, window.session_id)
            ],
        )
        self.write_sessions(batch.user_id, tuple(revised_sessions(batch, Digest())))

    def write_sessions(self, user_id: str, revisions: Sequence[SessionRevision]) -> None:
        sessions = self._sessions(user_id)
        for one in revisions:
            last = sessions.get(one.session_id)
            count = self._read_in(user_id, one.session_id) if last else one.new_messages
            sessions[one.session_id] = Session(
                session_id=one.session_id,
                key=one.key,
                started_at=one.started_at,
                ended_at=one.ended_at,
                message_count=count,
                summary=one.summary or (last.summary if last else None),
                ended=one.ended or (last is not None and last.ended and one.ended_at <= last.ended_at),
            )

    def _read_in(self, user_id: str, session_id: uuid.UUID) -> int:
        """Count the messages that were ever read in a session, each once."""
        rows = [end for end in self.postgres.truth.ledger if (end.user_id, end.session_id) == (user_id, session_id)]
        held = {end.ref for end in self.postgres.truth.in_force(user_id)}
        read = [end for end in rows if end.outcome is Outcome.COMPLETED]
        return len({end.identity for end in read if not end.withdrawn or end.ref not in held})

    def _end(self, user_id: str, ends: Sequence[End]) -> None:
        truth = self.postgres.truth
        truth.recount(truth.write_ends(ends), "reread")
        truth.forget_attempts(user_id, [end.ref for end in ends])

    def _sessions(self, user_id: str) -> dict[uuid.UUID, Session]:
        return self.postgres.truth.sessions.setdefault(user_id, {})

    def _session(self, session: Session, messages: Sequence[Message]) -> Session:
        """Return a session as it is shown: one in which a text was edited without its summary."""
        ends = [end for end in self.postgres.truth.in_force() if end.session_id == session.session_id]
        keys = [(key, one.content_hash) for one in messages for key in (one.identity, *one.points)]
        texts = {key: {text for other, text in keys if other == key} for key, _ in keys}
        older = [texts.get(end.identity, set()) | texts.get(end.ref, set()) for end in ends]
        retold = any(
            current and end.content_hash not in current and end.outcome is Outcome.COMPLETED
            for end, current in zip(ends, older, strict=True)
        )
        recent = self._recent(session)
        summary = None if retold else session.summary
        return replace(session, recent=recent if retold else recent[-RECENT:], summary=summary, retold=retold)

    def _recent(self, session: Session) -> tuple[PointRef, ...]:
        read = [end for end in self.postgres.truth.in_force() if end.session_id == session.session_id]
        read = [end for end in read if end.outcome is Outcome.COMPLETED or end.reason in PASSED_OVER]
        return tuple(end.ref for end in sorted(read, key=lambda end: (end.said_at, end.ref)))


@dataclass
class FakeLedger:
    postgres: FakePostgres

    async def unsettled(
        self, user_id: str | None, limit: int, *, left_out: Collection[str] = ()
    ) -> Sequence[Settlement]:
        return [
            Settlement(
                ref=end.ref,
                outcome=end.outcome,
                reason=end.reason,
                content_hash=end.content_hash,
                revision=end.revision,
            )
            for end in self.postgres.truth.in_force(user_id)
            if not end.settled and end.ref.collection not in left_out
        ][:limit]

    async def settled(self, settlements: Sequence[Settlement], settled: Settled) -> None:
        truth = self.postgres.truth
        texts = {(one.ref, one.content_hash) for one in settlements}
        rows = [end for end in truth.in_force() if not end.settled and (end.ref, end.content_hash) in texts]
        for reason, refs in (("changed", settled.changed), ("gone", settled.gone)):
            lost = [end for end in rows if end.ref in refs]
            truth.recount(truth.withdraw(lost), reason)
            truth.drop_summaries_of(lost)
        for end in rows:
            end.settled |= end.ref in settled.verified
        for ref in settled.verified:
            if ref in truth.requeued:
                truth.requeued[ref].reopened_after = None


def _record(opened: OpenBatch) -> UnfinishedBatch:
    def stored(messages: Sequence[Message]) -> tuple[tuple[PointRef, bytes], ...]:
        return tuple((message.ref, message.content_hash) for message in messages)

    batch = opened.batch
    return UnfinishedBatch(
        batch_id=opened.batch_id,
        bot_name=batch.bot_name,
        scope=batch.scope,
        windows=tuple(
            WindowRecord(session_id=window.session_id, messages=stored(window.messages), context=stored(window.context))
            for window in batch.windows
        ),
        known_ids={short: fact.fact_id for short, fact in opened.known.facts.items()},
        prompt_hash=opened.prompt_hash,
        answer=None,
        points=tuple(
            ref for window in batch.windows for message in (*window.context, *window.messages) for ref in message.points
        ),
    )

"""One user's turn under a lease: finish what was begun, take what waits, enrich it batch by batch, settle."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from enrichment.asking import Asking
from enrichment.digest.ask import ask
from enrichment.digest.observed import with_observed
from enrichment.digest.read import read
from enrichment.digest.repair import REPAIRABLE, asked_again
from enrichment.domain.batches import BacklogPoint, Batch, Known, Limits
from enrichment.domain.digest import Digest
from enrichment.domain.messages import Message, PointRef, Skipped
from enrichment.domain.outcomes import Settlement
from enrichment.domain.prompt import Answer, Prompt, PromptLimits
from enrichment.domain.selection import Selection
from enrichment.domain.tally import Tally
from enrichment.errors import (
    BudgetExhausted,
    ConflictingLedger,
    ModelAccessDenied,
    ModelFailure,
    ModelUnavailable,
    RunIsOver,
    UnusableAnswer,
    UserErased,
)
from enrichment.failpoints import failpoint
from enrichment.lanes import Lanes
from enrichment.memory.forbidden import permitted
from enrichment.memory.remember import remember, touched
from enrichment.observing import Observing
from enrichment.planning.context import with_context, with_summaries, without_unread
from enrichment.planning.turn import Skip, Step, leaves_no_trace, plan_turn, settlement_of, skipping
from enrichment.ports import Lease, OpenBatch, Ports, UnfinishedBatch
from enrichment.recovery import left_of, stored_answer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLimits:
    """How much one turn may take: messages, and what ``Limits`` says of batches and ``PromptLimits`` of prompts."""

    messages: int
    batches: Limits
    prompts: PromptLimits = PromptLimits()


class Turn:
    """One user's turn, in the ``lanes`` that all turns share; no batch is begun once ``is_over`` says so."""

    def __init__(
        self,
        ports: Ports,
        lease: Lease,
        limits: TurnLimits,
        selection: Selection,
        lanes: Lanes,
        is_over: Callable[[], bool],
    ) -> None:
        self._ports = ports
        self._lease = lease
        self._limits = limits
        self._selection = selection
        self._lanes = lanes
        self._is_over = is_over
        self._told: dict[uuid.UUID, str] = {}
        self._unread: set[PointRef] = set()
        self._repaired: set[PointRef] = set()
        self._cut: set[PointRef] = set()
        self._suspects: set[PointRef] = set()
        self.tally = Tally()
        self._observing = Observing(ports, self.tally)
        self._to_come: Sequence[Step] = ()

    async def serve(self) -> None:
        """Do the turn; raises what the cycle has to decide about, and then nothing is half done."""
        await self._finish_open_batch()
        points = await self._ports.backlog.points(self._lease.user_id, self._limits.messages)
        try:
            left = await self._work_off(points)
        except UserErased:
            # The lease went with everything else; the flags of what is in the store need none.
            await self._prepare(*await self._take(points))
            return
        waiting = {ref for message in left for ref in message.points}
        done = [point.ref for point in points if point.ref not in waiting]
        await self._ports.backlog.remove(self._lease.user_id, done)

    async def _work_off(self, points: Sequence[BacklogPoint]) -> Sequence[Message]:
        async with self._lanes.preparing:
            steps = await self._prepare(*await self._take(points))
        left = await self._enrich_all(steps)
        while left and not self._is_over():
            # What failed comes back in smaller batches, until it is done or stands alone and is quarantined.
            left = await self._enrich_all(await self._prepare(left, ()))
        return left

    async def _take(self, points: Sequence[BacklogPoint]) -> tuple[tuple[Message, ...], tuple[Skipped, ...]]:
        fetched = await self._ports.pending.fetch(self._lease.user_id, [point.ref for point in points])
        self.tally.left_behind += len(fetched.waiting)
        return tuple(filter(self._selection.admits, fetched.messages)), fetched.skipped

    async def _prepare(self, messages: Sequence[Message], skipped: Sequence[Skipped]) -> Sequence[Step]:
        """Settle what needs no place in a session, and return what does, in order."""
        user_id = self._lease.user_id
        history = await self._ports.history.history(user_id, messages, skipped)
        self._suspects = {ref for (ref, _), record in history.attempts.items() if record.crashes}
        plan = plan_turn(user_id, messages, history, self._limits.batches)
        ended = {(entry.ref, entry.content_hash): entry for entry in history.entries}
        to_skip: list[Skip] = [*(item for item in skipped if (item.ref, item.content_hash) not in ended), *plan.skipped]
        traceless = [item for item in to_skip if leaves_no_trace(item, history)]
        if written := [item for item in to_skip if not leaves_no_trace(item, history)]:
            await self._ports.history.skip(user_id, written, self._lease)
        self.tally.skipped += len(to_skip)
        # What the ledger has ended before, and is pending all the same, gets its flag again and nothing else.
        again_only = [
            settlement_of(item.ref, end, item) for item in skipped if (end := ended.get((item.ref, item.content_hash)))
        ]
        await self._settle((*plan.settle_only, *again_only, *(one for item in traceless for one in skipping(item))))
        return plan.steps

    async def _enrich_all(self, steps: Sequence[Step]) -> Sequence[Message]:
        """Return the messages that have to be tried again, or wait because the turn is over."""
        left: list[Message] = []
        for number, (batch, reason) in enumerate(steps):
            self._to_come = steps[number + 1 :]
            if self._is_over():
                left += batch.messages
            elif reason is None:
                left += await self._enrich(batch)
            else:
                await self._pass_over(batch, reason)
        return left

    async def _pass_over(self, batch: Batch, reason: str) -> None:
        """Skip a batch in its place: engines see what was said in the order in which it was said."""
        observed = await self._observing.observe(batch, Digest(), is_last=self._is_last(batch))
        await self._ports.history.pass_over(batch, reason, self._lease, observed)
        self._observing.committed()
        self.tally.skipped += len(batch.messages)
        await self._settle()

    def _is_last(self, batch: Batch) -> bool:
        return all(later.bot_name != batch.bot_name for later, _ in self._to_come)

    async def _enrich(self, batch: Batch) -> tuple[Message, ...]:
        """Read one batch with the model and commit it; return its messages if they have to be tried again."""
        batch = with_summaries(without_unread(await self._with_context(batch), self._unread), self._told)
        known = await self._ports.memory.known(batch)
        prompt = ask(batch, known, limits=self._limits.prompts)
        suspected = any(message.ref in self._suspects for message in batch.messages)
        async with self._lanes.in_hand(alone=suspected):
            try:
                left = await self._read(batch, known, prompt)
            except RunIsOver:
                left = batch.messages
        if not left:
            await self._settle()
        return left

    async def _read(self, batch: Batch, known: Known, prompt: Prompt) -> tuple[Message, ...]:
        """Open the batch, ask, understand and commit; return its messages if they have to be tried again."""
        async with self._lanes.asking:
            if self._is_over():
                raise RunIsOver("the run is over")
            opened = await self._ports.open_batches.open(batch, known, prompt, self._lease)
            failpoint("C2b")
            asking = Asking(self._ports, opened, self.tally, self._lanes, self._is_over)
            try:
                answer = await self._ask(asking, prompt)
            except UnusableAnswer as error:
                return await self._blame(opened, error.failure)
        # The next one may ask while this answer is read. Whatever ends us from here on leaves the batch open: the
        # answer is stored, and whoever has the user next finishes from it.
        try:
            await self._understand(asking, prompt, answer)
        except UnusableAnswer as error:
            return await self._blame(opened, error.failure)
        return ()

    async def _ask(self, asking: Asking, prompt: Prompt) -> Answer:
        try:
            return await asking.whole_answer(prompt, self._limits.prompts.max_answer_tokens, self._cut)
        except ModelUnavailable as error:
            # An outage, as a rule; what never gets an answer while others do comes back in smaller batches.
            if error.failure is ModelFailure.RATE:
                await self._ports.open_batches.abandon(asking.opened.batch_id, self._lease)
            else:
                ends = await self._ports.open_batches.fail(asking.opened.batch_id, error.failure, self._lease, parts=2)
                self.tally.quarantined += bool(ends)
            raise
        except (ModelAccessDenied, BudgetExhausted, RunIsOver, asyncio.CancelledError):
            # Nobody is to blame in the batch: its messages stay pending, their attempt is taken back.
            await self._ports.open_batches.abandon(asking.opened.batch_id, self._lease)
            raise

    async def _understand(self, asking: Asking, prompt: Prompt, answer: Answer) -> None:
        """Remember what an answer says; a malformed one is asked for again, once for each message."""
        try:
            await self._remember(asking.opened, prompt, answer)
        except UnusableAnswer as error:
            await asking.reject(error.failure)
            refs = {message.ref for message in asking.opened.batch.messages}
            if error.failure not in REPAIRABLE or refs & self._repaired:
                raise
            self._repaired |= refs
            self.tally.failures[error.failure.value] += 1
            again = asked_again(prompt, error.failure)
            await self._understand(asking, again, await self._ask(asking, again))

    async def _remember(self, opened: OpenBatch, prompt: Prompt, answer: Answer) -> None:
        batch, known = opened.batch, opened.known
        told = with_observed(batch, read(batch, prompt, known, answer.text))
        digest = permitted(batch.user_id, told, known.forbidden)
        failpoint("C5")
        related = await self._ports.memory.related(batch, touched(batch, known, digest), known)
        changes = remember(batch, known, related, digest, method=answer.model)
        observed = await self._observing.observe(batch, digest, is_last=self._is_last(batch))
        # Rows and ledger before flags: a crash in between repeats a flag, it never loses or repeats a fact.
        try:
            committed = await self._ports.memory.commit(opened, changes, self._lease, observed)
        except (UserErased, ConflictingLedger):
            # This answer can never be committed: whoever finished from it would fail the same way, for ever.
            await self._ports.open_batches.abandon(opened.batch_id, self._lease)
            raise
        self._observing.committed()
        self._unread -= {message.ref for message in batch.messages}
        self._told |= {window.session_id: window.summary for window in digest.windows}
        self.tally.add_commit(committed, digest.refused, next((m.ref.collection for m in batch.messages), ""))
        log.info(
            "batch.committed",
            batch_id=str(opened.batch_id),
            messages=committed.messages,
            facts=committed.facts_new,
            refused=len(digest.refused),
        )

    async def _blame(self, opened: OpenBatch, failure: ModelFailure) -> tuple[Message, ...]:
        quarantined = set(await self._ports.open_batches.fail(opened.batch_id, failure, self._lease, parts=2))
        self._unread |= {message.ref for message in opened.batch.messages}
        again = tuple(message for message in opened.batch.messages if message.ref not in quarantined)
        self.tally.quarantined += len(opened.batch.messages) - len(again)
        self.tally.failures[failure.value] += 1
        log.warning("batch.failed", batch_id=str(opened.batch_id), failure=failure.value, quarantined=len(quarantined))
        return again

    async def _finish_open_batch(self) -> None:
        """Finish what a predecessor began: from its stored answer, or else by asking about it again."""
        batches = self._ports.open_batches
        if (record := await batches.unfinished(self._lease)) is None:
            return
        if (answer := stored_answer(record)) is not None:
            async with self._lanes.in_hand(alone=bool(record.in_hand or record.resumed)):
                await self._read_on(record, answer)
            await self._settle()
        elif record.in_hand:
            quarantined = await batches.fail(record.batch_id, ModelFailure.CRASH, self._lease, parts=8)
            self.tally.quarantined += bool(quarantined)
        else:
            # Nobody died: something was out of reach, or the lease was.
            await batches.abandon(record.batch_id, self._lease)

    async def _read_on(self, record: UnfinishedBatch, answer: Answer) -> None:
        """Read a stored answer as far as it is not committed yet, piece by piece if processes died of that."""
        left = await left_of(self._ports, self._lease.user_id, record)
        quarantined = await self._ports.open_batches.take_up(record, left.reading if left else (), self._lease)
        self.tally.quarantined += bool(quarantined)
        while left := await left_of(self._ports, self._lease.user_id, record):
            try:
                await self._remember(left.opened, left.prompt, answer)
            except UnusableAnswer as error:
                await self._blame(left.opened, error.failure)
                return
            if left.is_all:
                return
        await self._ports.open_batches.abandon(record.batch_id, self._lease)

    async def _with_context(self, batch: Batch) -> Batch:
        """Put the last digested messages of a continued session before its window."""
        wanted = [ref for each in batch.windows if each.session and not each.context for ref in each.session.recent]
        if not wanted:
            return batch
        fetched = await self._ports.pending.fetch(batch.user_id, wanted)
        return with_context(batch, {message.ref: message for message in fetched.messages}, self._limits.batches)

    async def _settle(self, more: Sequence[Settlement] = ()) -> None:
        settlements = [*more, *await self._ports.ledger.unsettled(self._lease.user_id, 1000)]
        if not settlements:
            return
        failpoint("C7")
        settled = await self._ports.pending.settle(settlements)
        failpoint("C7b")
        await self._ports.ledger.settled(settlements, settled)
        failpoint("C8")

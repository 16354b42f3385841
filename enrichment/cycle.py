"""One cycle: settle what was left, look at what is pending, serve everybody who is due."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from enrichment.domain.messages import Pending
from enrichment.domain.selection import Selection
from enrichment.domain.tally import Tally
from enrichment.errors import (
    BudgetExhausted,
    CommitFenced,
    ConfigurationError,
    ConflictingLedger,
    DependencyUnavailable,
    EnrichmentError,
    LeaseLost,
    ModelAccessDenied,
    ModelUnavailable,
    UserBudgetExhausted,
    UserErased,
    WorkPaused,
)
from enrichment.failpoints import failpoint
from enrichment.lanes import Lanes
from enrichment.lease_keeping import kept
from enrichment.planning.due import DuePolicy, due
from enrichment.planning.fairness import fair_order
from enrichment.ports import Ports
from enrichment.reconcile.leftovers import reopen_requeued, settle_leftovers
from enrichment.reconcile.refresh import RefreshOptions, refresh
from enrichment.reconcile.sweep import SweepOptions, sweep_due
from enrichment.turn import Turn, TurnLimits

log = structlog.get_logger()

# Users whose calls failed one after the other before the model counts as down for everybody.
UNAVAILABLE_IN_A_ROW = 3
# The dependency that may fail for one collection alone.
MESSAGES = "qdrant"
# The calls of one user go one after the other. With more turns under way than calls at a time, somebody always has one
# ready, and it is not left to the last few users alone to use all lanes.
TURNS_PER_LANE = 3
# How long a pause may go unnoticed between two turns.
PAUSE_SECONDS = 1.0
# Between two tries to look at a collection that another worker is looking at.
LOOK_AGAIN_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleOptions:
    """``policy`` None serves everybody with something pending; ``max_messages`` bounds what a run takes, None: all.

    ``despite_pause`` works although all replicas are paused.
    """

    turn: TurnLimits
    concurrency: int
    lease_seconds: float
    policy: DuePolicy | None = None
    selection: Selection = Selection()
    max_messages: int | None = None
    sweep: SweepOptions = SweepOptions()
    maintenance: timedelta = timedelta(minutes=1)
    refresh: RefreshOptions = RefreshOptions()
    despite_pause: bool = False


class Cycle:
    """The story of the program; ``stopping`` ends it after the batches in hand.

    ``reached`` tells whether both stores have answered, so that what fails later left work behind; ``held`` whether a
    user was left to another worker, alive or dead.
    """

    def __init__(self, ports: Ports, options: CycleOptions, stopping: asyncio.Event) -> None:
        self._ports = ports
        self._options = options
        self._stopping = stopping
        self._lanes = Lanes(options.concurrency)
        self.tally = Tally()
        self.reached = False
        self.held = False
        self._given_up: set[str] = set()
        self._unavailable_in_a_row = 0
        self._halted_by: EnrichmentError | None = None
        self._left_to_take = options.max_messages
        self._asked_at = float("-inf")

    async def drain(self) -> Tally:
        """Plan once and serve until nothing that was pending then is left; raises what ended it early."""
        await self.settle()
        await self.plan(patiently=True)
        while await self.serve():
            pass
        await self.settle()
        await self.refresh(at_once=True)
        self.tally.pending_left = await self.waiting() + self.tally.left_behind
        self._raise_what_halted()
        return self.tally

    async def once_around(self, until: float) -> bool:
        """Plan, and give everybody who is due one turn, at most until this monotonic time; tell if anybody had one."""
        await self.refuse_when_paused()
        await self.plan()
        served = await self.serve(until)
        # Before it is said what halted us: rows need no model.
        await self.refresh()
        self._raise_what_halted()
        await self.sweep()
        await self.maintain()
        return served

    async def refuse_when_paused(self) -> None:
        """Raise ``WorkPaused`` while a pause is in force."""
        pause = None if self._options.despite_pause else await self._ports.upkeep.pauses.current()
        self._asked_at = self._ports.clock.monotonic()
        if pause is not None:
            raise WorkPaused(pause.reason)

    async def settle(self) -> None:
        """Write the flags that an earlier run committed and did not get to (light reconcile)."""
        await self.refuse_when_paused()
        await settle_leftovers(self._ports)
        await reopen_requeued(self._ports.upkeep)

    async def refresh(self, *, at_once: bool = False) -> None:
        """Keep the engines' rows fresh, where their time has come."""
        if not self._stopping.is_set():
            await refresh(self._ports, self._options.refresh, at_once=at_once)

    async def sweep(self) -> None:
        """Compare the next slice of each collection with the ledger, where its time has come."""
        await sweep_due(self._ports, self._options.sweep)

    async def maintain(self) -> Counter[str] | None:
        """Keep true what is derived from the memory, for the next users, where its time has come."""
        return await self._ports.upkeep.maintenance.next_slice(self._ports.clock.now(), self._options.maintenance)

    async def plan(self, *, patiently: bool = False) -> None:
        """Look at everything that is pending, collection by collection (C0).

        ``patiently`` waits where another worker is just looking, alive or dead, to look ourselves: their look began
        before ours, and may never end.
        """
        collections = list(filter(self._options.selection.admits_collection, await self._ports.pending.collections()))
        self.reached = True
        unreadable: list[DependencyUnavailable] = []
        for collection in collections:
            failpoint("C0")
            try:
                while not await self._looked_at(collection) and patiently and not self._is_over:
                    await self._ports.clock.sleep(LOOK_AGAIN_SECONDS)
            except DependencyUnavailable as error:
                if error.dependency != MESSAGES:
                    raise
                unreadable.append(error)
                self.tally.failures["collection"] += 1
                self._ports.watcher.gave_up("collection")
                log.warning("collection.failed", collection=collection, reason=str(error))
        # One that cannot be read is no reason to leave the others alone; all of them are a server that is down.
        if unreadable and len(unreadable) == len(collections):
            raise unreadable[-1]

    async def _looked_at(self, collection: str) -> bool:
        """Look at a collection; tell whether it was us who did, to the end."""
        try:
            return await self._ports.backlog.replace(collection, self._pages(collection)) is not None
        except LeaseLost:
            log.warning("plan.taken_over", collection=collection)
            return False

    async def serve(self, until: float | None = None) -> bool:
        """Give every due user one turn, several users at a time; tell whether it is worth going on."""
        due_users = iter(await self._due_users())
        before = self.tally.users
        async with asyncio.TaskGroup() as workers:
            for number in range(self._options.concurrency * TURNS_PER_LANE):
                workers.create_task(self._work(due_users, until), name=f"worker-{number}")
        return self.tally.users > before and not self._is_over

    async def waiting(self) -> int:
        """Return how many pending messages of the last look are still there."""
        selection = self._options.selection
        return sum(
            [
                user.messages
                async for page in self._ports.backlog.candidates()
                for user in page
                if selection.admits_user(user.user_id)
            ]
        )

    async def _pages(self, collection: str) -> AsyncIterator[Sequence[Pending]]:
        async for page in self._ports.pending.backlog(collection):
            yield page

    async def _due_users(self) -> list[str]:
        now, policy, selection = self._ports.clock.now(), self._options.policy, self._options.selection
        waiting = [
            user
            async for page in self._ports.backlog.candidates()
            for user in page
            if selection.admits_user(user.user_id)
            and user.user_id not in self._given_up
            and (policy is None or due(user, policy, now))
        ]
        return [user.user_id for user in fair_order(waiting, now)]

    async def _work(self, due_users: Iterator[str], until: float | None) -> None:
        """Take users from the line, one after the other, and decide what a failed turn means for the others."""
        for user_id in due_users:
            if self._is_over or (until is not None and self._ports.clock.monotonic() > until):
                return
            try:
                if self._ports.clock.monotonic() - self._asked_at >= PAUSE_SECONDS:
                    await self.refuse_when_paused()
                await self._give_turn(user_id)
            except (LeaseLost, UserErased, ConflictingLedger) as error:
                self._give_up(user_id, self.tally.taken(error), fenced=isinstance(error, CommitFenced))
            except UserBudgetExhausted:
                self._give_up(user_id, "user_budget")
            except ModelUnavailable as error:
                self._give_up(user_id, error.failure.value)
                self._unavailable(error)
            except DependencyUnavailable as error:
                if error.dependency == MESSAGES:
                    self._give_up(user_id, MESSAGES)
                self._unavailable(error, at_once=error.dependency != MESSAGES)
            except (ModelAccessDenied, BudgetExhausted, ConfigurationError, WorkPaused) as error:
                self._halted_by = error

    def _unavailable(self, error: EnrichmentError, *, at_once: bool = False) -> None:
        """Halt when several users in a row, or the database for one, came to nothing; one user alone stops nobody."""
        self._unavailable_in_a_row += 1
        if at_once or self._unavailable_in_a_row >= UNAVAILABLE_IN_A_ROW:
            self._halted_by = error

    async def _give_turn(self, user_id: str) -> None:
        lease = await self._ports.leases.claim(user_id)
        if lease is None:
            self.held = True
            return
        failpoint("C1")
        limits = self._allowance()
        self._ports.watcher.turn_began()
        turn = Turn(self._ports, lease, limits, self._options.selection, self._lanes, self._has_to_end)
        served, is_bug = False, True
        try:
            async with kept(self._ports.leases, lease, self._options.lease_seconds):
                await turn.serve()
            served, is_bug = True, False
            self.tally.users += 1
            self._unavailable_in_a_row = 0
        except (EnrichmentError, asyncio.CancelledError):
            is_bug = False
            raise
        finally:
            self.tally.absorb(turn.tally)
            self._ports.watcher.turn_ended(turn.tally)
            if self._left_to_take is not None:
                self._left_to_take += limits.messages - turn.tally.handled
            # A bug ends the process: the lease runs out, by which others know what it died of.
            if not is_bug:
                await self._ports.leases.release(lease, served=served)

    def _allowance(self) -> TurnLimits:
        """Return how much a turn may take, set aside at once so that turns side by side do not take it twice."""
        if self._left_to_take is None:
            return self._options.turn
        messages = min(self._options.turn.messages, self._left_to_take)
        self._left_to_take -= messages
        return replace(self._options.turn, messages=messages)

    @property
    def _is_over(self) -> bool:
        used_up = self._left_to_take is not None and self._left_to_take <= 0
        return self._has_to_end() or used_up

    def _has_to_end(self) -> bool:
        return self._stopping.is_set() or self._halted_by is not None

    def _give_up(self, user_id: str, reason: str, *, fenced: bool = False) -> None:
        self._given_up.add(user_id)
        self.tally.failures[reason] += 1
        self._ports.watcher.gave_up(reason, fenced=fenced)
        log.warning("turn.failed", reason=reason)

    def _raise_what_halted(self) -> None:
        if self._halted_by is not None:
            raise self._halted_by

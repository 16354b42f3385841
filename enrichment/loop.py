"""When to work: the daemon's rhythm, and the one-shot run."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from enrichment.cycle import Cycle
from enrichment.domain.tally import Tally
from enrichment.errors import BudgetExhausted, DependencyUnavailable, ModelAccessDenied, ModelUnavailable, WorkPaused
from enrichment.ports import RoundResult

log = structlog.get_logger()

# After a refusal for access or money: one look every five minutes is enough to notice that it was mended.
PAUSED_SECONDS = 300.0
# While an operator has paused the work: how soon the end of that is noticed.
LOOK_SECONDS = 5.0
JITTER = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Pauses in seconds; see ``settings.LoopSettings``."""

    busy_seconds: float
    idle_seconds: float
    replan_seconds: float
    reconcile_seconds: float
    paused_seconds: float = PAUSED_SECONDS


@dataclass(slots=True)
class Stopwatch:
    """Wall time and the process's own CPU time (user and system), from its making on."""

    started: float
    cpu_started: float

    @classmethod
    def start(cls) -> "Stopwatch":
        """Start now."""
        return cls(time.monotonic(), time.process_time())

    def write(self, tally: Tally) -> None:
        """Note both times in seconds."""
        tally.seconds = time.monotonic() - self.started
        tally.cpu_seconds = time.process_time() - self.cpu_started


async def run_once(cycle: Cycle) -> Tally:
    """Drain what is pending now; the tally is complete even where an error ends it early."""
    stopwatch = Stopwatch.start()
    try:
        return await cycle.drain()
    finally:
        stopwatch.write(cycle.tally)


class Rounds(Protocol):
    """What the loop repeats: a ``Cycle``."""

    tally: Tally

    async def settle(self) -> None:
        """Write the flags that were left behind."""

    async def once_around(self, until: float) -> bool:
        """Serve who is due, and tell whether anybody was."""


async def run_forever(
    new_cycle: Callable[[], Rounds],
    rhythm: Rhythm,
    stopping: asyncio.Event,
    note: Callable[[Tally], Awaitable[None]],
    ended: Callable[[RoundResult], None] = lambda _: None,
    woken: asyncio.Event | None = None,
) -> None:
    """Cycle until told to stop: soon again under backlog, seldom when idle, with jitter so that replicas spread.

    ``note`` is told what each cycle did, however it ended; ``ended`` how each round did. ``woken`` ends a pause after
    a round that went well, and is cleared before the next.
    """
    settled_at = float("-inf")
    paused = False
    while not stopping.is_set():
        if woken is not None:
            woken.clear()
        cycle = new_cycle()
        pause = rhythm.idle_seconds
        result: RoundResult = "done"
        try:
            if time.monotonic() - settled_at >= rhythm.reconcile_seconds:
                settled_at = time.monotonic()
                await _settled(cycle)
            if await _noted(cycle, rhythm, note):
                pause = rhythm.busy_seconds
            paused = False
        except WorkPaused:
            if not paused:
                log.warning("work.paused")  # `enrichment status` has the operator's own words
            paused, pause, result = True, min(rhythm.idle_seconds, LOOK_SECONDS), "paused"
        except (DependencyUnavailable, ModelUnavailable) as error:
            log.warning("cycle.waiting", reason=str(error))
            pause, result = min(rhythm.idle_seconds, 10 * rhythm.busy_seconds), "waiting"
        except (ModelAccessDenied, BudgetExhausted) as error:
            log.error("cycle.paused", reason=str(error))  # noqa: TRY400 - the reason says it all, a trace would not help
            pause, result = rhythm.paused_seconds, "denied"
        ended(result)
        await _pause(pause, stopping, woken if result == "done" else None)


async def _settled(cycle: Rounds) -> None:
    """Settle what was left behind; what cannot be settled now keeps nobody from being served."""
    try:
        await cycle.settle()
    except DependencyUnavailable as error:
        log.warning("leftovers.waiting", reason=str(error))


async def _noted(cycle: Rounds, rhythm: Rhythm, note: Callable[[Tally], Awaitable[None]]) -> bool:
    stopwatch = Stopwatch.start()
    try:
        return await cycle.once_around(time.monotonic() + rhythm.replan_seconds)
    finally:
        stopwatch.write(cycle.tally)
        await note(cycle.tally)


async def _pause(seconds: float, stopping: asyncio.Event, woken: asyncio.Event | None) -> None:
    spread = seconds * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load only
    ends = [asyncio.create_task(event.wait()) for event in (stopping, woken) if event is not None]
    try:
        await asyncio.wait(ends, timeout=spread, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()

"""When to work: the daemon's rhythm, and the one-shot run."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from enrichment.cycle import Cycle
from enrichment.domain.tally import Tally
from enrichment.errors import BudgetExhausted, DependencyUnavailable, ModelAccessDenied, ModelUnavailable

log = structlog.get_logger()

# After a refusal for access or money: one look every five minutes is enough to notice that it was mended.
PAUSED_SECONDS = 300.0
JITTER = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Pauses in seconds; see ``settings.LoopSettings``."""

    busy_seconds: float
    idle_seconds: float
    replan_seconds: float
    reconcile_seconds: float


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


async def run_forever(
    new_cycle: Callable[[], Cycle],
    rhythm: Rhythm,
    stopping: asyncio.Event,
    on_cycle: Callable[[Tally], None] = lambda _: None,
) -> None:
    """Cycle until told to stop: soon again under backlog, seldom when idle, with jitter so that replicas spread."""
    settled_at = float("-inf")
    while not stopping.is_set():
        cycle, stopwatch = new_cycle(), Stopwatch.start()
        pause = rhythm.idle_seconds
        try:
            if time.monotonic() - settled_at >= rhythm.reconcile_seconds:
                await cycle.settle()
                settled_at = time.monotonic()
            if await cycle.once_around(time.monotonic() + rhythm.replan_seconds):
                pause = rhythm.busy_seconds
        except (DependencyUnavailable, ModelUnavailable) as error:
            log.warning("cycle.waiting", reason=str(error))
            pause = min(rhythm.idle_seconds, 10 * rhythm.busy_seconds)
        except (ModelAccessDenied, BudgetExhausted) as error:
            log.error("cycle.paused", reason=str(error))  # noqa: TRY400 - the reason says it all, a trace would not help
            pause = PAUSED_SECONDS
        finally:
            stopwatch.write(cycle.tally)
            on_cycle(cycle.tally)
        await _pause(pause, stopping)


async def _pause(seconds: float, stopping: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds * random.uniform(1 - JITTER, 1 + JITTER)):  # noqa: S311 - spreads load only
            await stopping.wait()
    except TimeoutError:
        return

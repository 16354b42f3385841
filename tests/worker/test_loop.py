"""The daemon cycles soon under backlog, seldom when idle, and outlives what passes."""

import asyncio
from collections.abc import Callable

import pytest

from enrichment.domain.tally import Tally
from enrichment.errors import BudgetExhausted, DependencyUnavailable, EnrichmentError, ModelFailure, ModelUnavailable
from enrichment.loop import Rhythm, run_forever

LONG = 60.0
SHORT = 0.001
BUSY, IDLE = True, False


class ScriptedCycles:
    """Cycles whose outcomes are given: whether anybody was served, or an error; stops the loop after the last."""

    def __init__(self, *outcomes: bool | EnrichmentError) -> None:
        self.stopping = asyncio.Event()
        self.settled = 0
        self.noted: list[Tally] = []
        self.tally = Tally()
        self._outcomes = iter(outcomes)

    async def settle(self) -> None:
        self.settled += 1

    async def once_around(self, until: float) -> bool:
        outcome = next(self._outcomes, None)
        if outcome is None:
            self.stopping.set()
            return False
        if isinstance(outcome, EnrichmentError):
            raise outcome
        return outcome

    async def note(self, tally: Tally) -> None:
        self.noted.append(tally)


def rhythm(busy: float = SHORT, idle: float = LONG, paused: float = LONG) -> Rhythm:
    return Rhythm(busy_seconds=busy, idle_seconds=idle, replan_seconds=1, reconcile_seconds=LONG, paused_seconds=paused)


async def run(cycles: ScriptedCycles, rhythm: Rhythm) -> None:
    await asyncio.wait_for(run_forever(lambda: cycles, rhythm, cycles.stopping, cycles.note), timeout=30)


async def test_under_backlog_the_next_cycle_comes_soon() -> None:
    cycles = ScriptedCycles(BUSY, BUSY, BUSY)

    await run(cycles, rhythm(busy=SHORT, idle=LONG))

    assert len(cycles.noted) == 4


async def test_when_idle_the_next_cycle_waits_until_told_to_stop() -> None:
    cycles = ScriptedCycles(IDLE)
    asyncio.get_running_loop().call_later(0.1, cycles.stopping.set)

    await run(cycles, rhythm(busy=SHORT, idle=LONG))

    assert len(cycles.noted) == 1


@pytest.mark.parametrize(
    ("failure", "pauses"),
    [
        (lambda: DependencyUnavailable("postgres", "down"), rhythm(idle=SHORT)),
        (lambda: ModelUnavailable(ModelFailure.RATE, "busy"), rhythm(idle=SHORT)),
        (lambda: BudgetExhausted("day"), rhythm(paused=SHORT)),
    ],
)
async def test_the_daemon_outlives_what_passes(failure: Callable[[], EnrichmentError], pauses: Rhythm) -> None:
    cycles = ScriptedCycles(failure(), failure())

    await run(cycles, pauses)

    assert len(cycles.noted) == 3


async def test_leftovers_are_settled_at_the_start_and_then_seldom() -> None:
    cycles = ScriptedCycles(BUSY, BUSY, BUSY)

    await run(cycles, rhythm())

    assert cycles.settled == 1


async def test_a_request_ends_the_pause() -> None:
    cycles = ScriptedCycles(IDLE, IDLE)
    woken = asyncio.Event()

    def wake(_: object) -> None:
        woken.set()

    loop = run_forever(lambda: cycles, rhythm(idle=LONG), cycles.stopping, cycles.note, wake, woken)
    await asyncio.wait_for(loop, timeout=30)

    assert len(cycles.noted) == 3

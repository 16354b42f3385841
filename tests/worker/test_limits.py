"""Against a real server that limits or fails: few requests are wasted, and none are sent while it is left alone."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.model_server import Behaviour, ChatRequest, Failing, RateLimited
from enrichment.adapters.clock import SystemClock
from enrichment.adapters.model.gate import ModelGate
from enrichment.adapters.postgres.paces import PostgresPace
from enrichment.adapters.resilience import Retries
from enrichment.app import App, open_app
from enrichment.domain.tally import Tally
from enrichment.errors import ModelUnavailable
from enrichment.loop import run_once
from enrichment.pacing.breaker import Breaker
from enrichment.pacing.pace import RateLimits
from tests.worker.stage import Stage

# A minute of five seconds: what takes minutes with a provider takes seconds here.
MINUTE = 5.0


def at_speed(app: App, limits: RateLimits) -> App:
    """Give the worker a gate with such minutes, and no rest after failures that are none."""
    pace = PostgresPace(app.servers.database, "scripted", replace(limits, minute_seconds=MINUTE))
    gate = ModelGate(pace, SystemClock(), Retries(attempts=10, seconds=60), Breaker(failures=50))
    return replace(app, ports=replace(app.ports, gate=gate))


async def drain(stage: Stage, limits: RateLimits) -> Tally:
    async with open_app(stage.settings, trigger="once") as app:
        return await run_once(at_speed(app, limits).cycle(asyncio.Event()))


class Limiting:
    """Admits so many requests in each minute by the clock."""

    def __init__(self, limit: int) -> None:
        self.seen: list[tuple[float, bool]] = []
        self._limit = limit
        self._windows: dict[int, int] = {}

    def __call__(self, request: ChatRequest) -> Behaviour | None:
        window = int(request.arrived_at // MINUTE)
        self._windows[window] = self._windows.get(window, 0) + 1
        admitted = self._windows[window] <= self._limit
        self.seen.append((request.arrived_at, admitted))
        return None if admitted else RateLimited()

    def requests_per_answer(self, after: float) -> float:
        """Return the ratio from that long after the first request on."""
        later = [admitted for at, admitted in self.seen if at >= self.seen[0][0] + after]
        return len(later) / sum(later)


async def users(stage: Stage, number: int) -> None:
    for user in range(number):
        await stage.say(f"I own the book number {user}.", user=f"user{user}")


async def test_after_the_first_minute_of_a_storm_few_requests_are_refused(stage: Stage) -> None:
    await users(stage, 120)
    limiting = Limiting(30)
    stage.model.decide = limiting

    tally = await drain(stage, RateLimits())

    assert (tally.completed, tally.pending_left) == (120, 0)
    # On a virtual clock the bound is 1.1 (tests/pacing); here real time passes, on a machine that may be busy.
    assert limiting.requests_per_answer(MINUTE) <= 1.3
    assert tally.retries["rate"] == len(limiting.seen) - 120 > 0


async def test_two_replicas_together_keep_to_the_limit(stage: Stage) -> None:
    await users(stage, 40)
    limiting = Limiting(20)
    stage.model.decide = limiting

    one, other = await asyncio.gather(*(drain(stage, RateLimits(requests_per_minute=15)) for _ in range(2)))

    assert one.completed + other.completed == 40
    assert all(admitted for _, admitted in limiting.seen)
    assert min(one.completed, other.completed) > 0


DOWN: dict[str, Callable[[], Behaviour]] = {"500": lambda: Failing(500), "503": lambda: Failing(503)}


@pytest.mark.parametrize("failure", DOWN)
async def test_a_model_that_is_down_is_asked_a_few_times_and_then_left_alone(stage: Stage, failure: str) -> None:
    await users(stage, 40)
    model = stage.settings.model.model_copy(update={"attempts": 4, "timeout_seconds": 5})
    stage.settings = stage.settings.model_copy(update={"model": model})
    stage.model.decide = lambda _: DOWN[failure]()

    with pytest.raises(ModelUnavailable):
        await stage.run()

    assert await stage.statuses() == {"pending": 40}
    # Eight at a time may be under way when the fifth failure in a row opens the circuit, and on a busy machine eight
    # more may have been let go before that was noted; 160 is what four attempts for each user would be.
    assert stage.model.stats.calls <= 5 + 2 * 8

"""Nothing is sent while the model rests; one probe finds out, and whoever waits goes on with it."""

import asyncio

import pytest

from enrichment.adapters.model.gate import ModelGate
from enrichment.adapters.resilience import Retries
from enrichment.errors import (
    BudgetExhausted,
    ModelAccessDenied,
    ModelError,
    ModelFailure,
    ModelUnavailable,
    UnusableAnswer,
)
from enrichment.pacing.breaker import Breaker
from enrichment.pacing.pace import RateLimits
from tests.fakes.pace import PaceInMemory, TurnedClock

DOWN = ModelUnavailable(ModelFailure.SERVER, "down")


class Scene:
    """A gate with a short breaker, on a clock of its own; ``sent`` are the times at which something passed."""

    def __init__(self, limits: RateLimits | None = None) -> None:
        self.clock = TurnedClock()
        self.pace = PaceInMemory(self.clock, limits)
        breaker = Breaker(failures=2, seconds=10)
        self.gate = ModelGate(self.pace, self.clock, Retries(attempts=3, seconds=60), breaker)
        self.sent: list[float] = []

    async def send(self, error: Exception | None = None, answer: asyncio.Event | None = None) -> None:
        async with self.gate.passage(1_000):
            self.sent.append(self.clock.seconds)
            if answer:
                await answer.wait()
            if error:
                raise error

    async def fail(self, times: int, error: ModelError = DOWN) -> None:
        for _ in range(times):
            with pytest.raises(type(error)):
                await self.send(error)


async def test_an_open_circuit_lets_nothing_pass_and_says_for_how_long() -> None:
    scene = Scene()
    await scene.fail(2)

    with pytest.raises(ModelUnavailable, match="rest") as raised:
        await scene.send()

    assert raised.value.failure is ModelFailure.SERVER
    assert raised.value.retry_after_seconds == 10
    assert len(scene.sent) == 2


async def test_while_the_probe_is_out_the_others_wait_for_it() -> None:
    scene = Scene()
    await scene.fail(2)
    scene.clock.seconds += 10
    answer = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        group.create_task(scene.send(answer=answer))
        for _ in range(3):
            group.create_task(scene.send())
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(scene.sent) == 3
        answer.set()

    assert len(scene.sent) == 6


async def test_those_who_waited_for_a_probe_that_fails_are_sent_away() -> None:
    scene = Scene()
    await scene.fail(2)
    scene.clock.seconds += 10
    answer = asyncio.Event()
    asyncio.get_running_loop().call_soon(answer.set)

    ends = await asyncio.gather(scene.send(DOWN, answer), scene.send(), scene.send(), return_exceptions=True)

    assert [type(end) for end in ends] == [ModelUnavailable] * 3
    assert len(scene.sent) == 3


@pytest.mark.parametrize("error", [BudgetExhausted("day"), asyncio.CancelledError()])
async def test_a_probe_that_came_to_no_end_does_not_block_the_others(error: BaseException) -> None:
    scene = Scene()
    await scene.fail(2)
    scene.clock.seconds += 10

    await asyncio.gather(scene.send(error), return_exceptions=True)  # type: ignore[arg-type]
    await scene.send()

    assert len(scene.sent) == 4


async def test_where_access_was_refused_one_probe_later_decides_for_everybody() -> None:
    scene, denied = Scene(), ModelAccessDenied(ModelFailure.QUOTA, "no money")
    await scene.fail(1, denied)
    at_once = await asyncio.gather(scene.send(), scene.send(), return_exceptions=True)
    scene.clock.seconds += 270

    later = await asyncio.gather(scene.send(denied), scene.send(), scene.send(), return_exceptions=True)

    assert [type(end) for end in (*at_once, *later)] == [ModelAccessDenied] * 5
    assert len(scene.sent) == 2


async def test_access_that_was_granted_again_is_used_by_everybody() -> None:
    scene = Scene()
    await scene.fail(1, ModelAccessDenied(ModelFailure.AUTH, "no key"))
    scene.clock.seconds += 270

    await asyncio.gather(scene.send(), scene.send(), scene.send())

    assert len(scene.sent) == 4


async def test_an_answer_that_cannot_be_used_is_an_answer() -> None:
    scene = Scene()
    await scene.fail(1)
    await scene.fail(1, UnusableAnswer(ModelFailure.TRUNCATED, "cut"))
    await scene.fail(1)

    await scene.send()

    assert len(scene.sent) == 4


async def test_everybody_waits_as_long_as_one_was_told_to() -> None:
    scene = Scene()
    await scene.fail(1, ModelUnavailable(ModelFailure.RATE, "busy", retry_after_seconds=7))

    await asyncio.gather(scene.send(), scene.send())

    assert min(scene.sent[1:]) == scene.sent[0] + 7


async def test_a_server_that_asks_for_time_gets_it_without_a_slower_pace() -> None:
    scene = Scene()
    await scene.fail(1, ModelUnavailable(ModelFailure.SERVER, "restarting", retry_after_seconds=7))

    await scene.send()

    assert scene.sent[1] == scene.sent[0] + 7
    assert scene.pace.pace.learnt is None


async def test_the_limits_are_kept() -> None:
    scene = Scene(RateLimits(requests_per_minute=6))

    await asyncio.gather(*(scene.send() for _ in range(4)))

    assert [at - scene.sent[0] for at in scene.sent] == [0, 10, 20, 30]


async def test_a_rest_of_an_hour_is_told_and_not_waited() -> None:
    scene = Scene()
    await scene.fail(1, ModelUnavailable(ModelFailure.RATE, "busy", retry_after_seconds=3_600))

    await scene.fail(1)

    assert (len(scene.sent), scene.clock.slept) == (1, [])


async def test_a_long_line_is_waited_for() -> None:
    scene = Scene(RateLimits(requests_per_minute=1))

    await asyncio.gather(*(scene.send() for _ in range(9)))

    assert scene.sent[-1] - scene.sent[0] == 480


@pytest.mark.parametrize(
    ("tries", "spent", "wanted", "goes_on"),
    [(1, 0, None, True), (3, 0, None, False), (1, 0, 59, True), (1, 2, 59, False), (1, 0, 3_600, False)],
)
def test_patience_is_bounded_in_tries_and_seconds(
    tries: int, spent: float, wanted: float | None, *, goes_on: bool
) -> None:
    error = ModelUnavailable(ModelFailure.RATE, "busy", retry_after_seconds=wanted)

    pause = Scene().gate.pause(error, tries, spent)

    assert (pause is not None) is goes_on
    assert (pause or 0) <= 60

"""Retries name their errors, stay within their bounds, and wait as they are told."""

import pytest

from enrichment.adapters.resilience import Retries, retried


class Busy(Exception):
    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__("busy")
        self.retry_after = retry_after


class Flaky:
    """Fails with each of the given errors in turn, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


class Naps:
    """Waits for nothing, and remembers for how long it was to wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def demanded(error: BaseException) -> float | None:
    return error.retry_after if isinstance(error, Busy) else None


async def test_a_call_that_recovers_is_repeated_and_each_error_counted() -> None:
    call, naps, counted = Flaky(Busy(), Busy()), Naps(), list[BaseException]()

    result = await retried(call, on=Busy, retries=Retries(), counted=counted.append, sleep=naps)

    assert result == "done"
    assert call.calls == 3
    assert len(counted) == len(naps.seconds) == 2


async def test_an_error_that_is_not_named_is_not_tried_again() -> None:
    call = Flaky(ValueError("broken"))

    with pytest.raises(ValueError, match="broken"):
        await retried(call, on=Busy, retries=Retries(), sleep=Naps())

    assert call.calls == 1


async def test_the_last_error_comes_out_as_it_is_when_the_attempts_are_used_up() -> None:
    errors = [Busy(), Busy(), Busy()]
    call = Flaky(*errors)

    with pytest.raises(Busy) as raised:
        await retried(call, on=Busy, retries=Retries(attempts=2), sleep=Naps())

    assert raised.value is errors[1]
    assert call.calls == 2


async def test_the_waits_are_random_and_below_the_rising_bound() -> None:
    naps = Naps()
    retries = Retries(attempts=40, base_seconds=1, longest_seconds=8, seconds=1e6)

    await retried(Flaky(*(Busy() for _ in range(39))), on=Busy, retries=retries, sleep=naps)

    assert all(seconds <= min(2**attempt, 8) for attempt, seconds in enumerate(naps.seconds))
    assert len(set(naps.seconds)) == len(naps.seconds)
    assert min(naps.seconds[3:]) < 4 < max(naps.seconds[3:])


async def test_a_demanded_wait_is_kept() -> None:
    naps = Naps()

    await retried(Flaky(Busy(30)), on=Busy, retries=Retries(seconds=60), demanded_seconds=demanded, sleep=naps)

    assert naps.seconds == [30]


async def test_a_demand_beyond_the_deadline_ends_the_tries_at_once() -> None:
    call, naps = Flaky(Busy(3_600)), Naps()

    with pytest.raises(Busy):
        await retried(call, on=Busy, retries=Retries(seconds=60), demanded_seconds=demanded, sleep=naps)

    assert (call.calls, naps.seconds) == (1, [])

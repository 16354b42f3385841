"""Retrying: named errors only, bounded in attempts and seconds, with full jitter, and counted."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often and how long to try: ``attempts`` includes the first, ``seconds`` counts from it.

    Before try n + 1 it waits a random time from 0 to ``base_seconds`` × 2ⁿ⁻¹, at most ``longest_seconds`` (full jitter:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """

    attempts: int = 4
    seconds: float = 60.0
    base_seconds: float = 0.5
    longest_seconds: float = 20.0

    def pause(self, tries: int, spent_seconds: float, demanded_seconds: float | None = None) -> float | None:
        """Return how long to wait after that many tries, never less than demanded; None if it would be too much.

        For those who keep their own loop, because each try has to be accounted for.
        """
        jitter = random.uniform(0, min(self.longest_seconds, self.base_seconds * 2 ** (tries - 1)))  # noqa: S311 - spreads load
        wait = max(jitter, demanded_seconds or 0.0)
        return None if tries >= self.attempts or spent_seconds + wait > self.seconds else wait


def _no_demand(_: BaseException) -> float | None:
    return None


def _not_counted(_: BaseException) -> None:
    return None


async def retried(
    call: Callable[[], Awaitable[_Result]],
    *,
    on: type[BaseException] | tuple[type[BaseException], ...],
    retries: Retries,
    demanded_seconds: Callable[[BaseException], float | None] = _no_demand,
    counted: Callable[[BaseException], None] = _not_counted,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> _Result:
    """Call until it does not raise one of ``on``; then, or when a bound is reached, that error is raised as it is.

    Only for calls that may be repeated without harm. ``demanded_seconds`` says how long the other side told us to stay
    away: never less is waited, and a demand that does not fit ``seconds`` ends the tries at once. ``counted`` is told
    of each error that is followed by another try.
    """
    jitter = tenacity.wait_random_exponential(multiplier=retries.base_seconds, max=retries.longest_seconds)

    def wait(state: tenacity.RetryCallState) -> float:
        return max(jitter(state), demanded_seconds(_error(state)) or 0.0)

    async def attempt() -> _Result:
        # Tenacity awaits coroutine functions only, not whatever returns something to await.
        return await call()

    retrying = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(on),
        stop=tenacity.stop_after_attempt(retries.attempts) | tenacity.stop_before_delay(retries.seconds),
        wait=wait,
        before_sleep=lambda state: counted(_error(state)),
        sleep=sleep,
        reraise=True,
    )
    return await retrying(attempt)


def _error(state: tenacity.RetryCallState) -> BaseException:
    error = state.outcome.exception() if state.outcome else None
    if error is None:
        raise RuntimeError("tenacity asked about a call that did not fail")
    return error

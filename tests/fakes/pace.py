"""A pace in memory, and a clock that is turned by hand: what holds of the adapter for Postgres holds here."""

import asyncio
from datetime import UTC, datetime, timedelta

from enrichment.adapters.model.gate import Place
from enrichment.pacing import pace as pacing
from enrichment.pacing.pace import Booking, Pace, RateLimits

EPOCH = datetime(2026, 1, 5, tzinfo=UTC)


class TurnedClock:
    """``ports.Clock`` whose sleepers wake at once, with the time moved on to when they would have."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        until = self.seconds + seconds
        await asyncio.sleep(0)
        self.seconds = max(self.seconds, until)


class PaceInMemory:
    """``adapters.model.gate.SharedPace`` of one process."""

    def __init__(self, clock: TurnedClock, limits: RateLimits | None = None) -> None:
        self.pace = Pace()
        self._clock = clock
        self._limits = limits or RateLimits()

    async def book(self, tokens: int, earlier: Booking | None) -> Place:
        booking, now = earlier, self._clock.seconds
        if booking is None or booking.refusals != self.pace.refusals:
            self.pace, booking = pacing.booked(self.pace, self._limits, now, tokens)
        rest = max(0.0, self.pace.not_before - now)
        limited = not pacing.is_free(self.pace, self._limits)
        return Place(booking=booking, wait_seconds=max(rest, booking.at - now), rest_seconds=rest, limited=limited)

    async def answered(self, booking: Booking, used_tokens: int | None) -> None:
        self.pace = pacing.answered(self.pace, self._limits, booking, used_tokens)

    async def refused(self, booking: Booking, retry_after_seconds: float | None) -> None:
        self.pace = pacing.refused(self.pace, self._limits, self._clock.seconds, booking, retry_after_seconds)

    async def hold(self, seconds: float) -> None:
        self.pace = pacing.held(self.pace, self._clock.seconds, seconds)

"""Holds requests to the model back: at the pace that all replicas share, and while this one's circuit is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from enrichment.adapters.resilience import Retries
from enrichment.errors import ModelAccessDenied, ModelError, ModelFailure, ModelUnavailable
from enrichment.pacing.breaker import PROBING, Breaker
from enrichment.pacing.pace import Booking
from enrichment.ports import Clock, Passage

# Told to stay away for longer than this, we give the user back instead of keeping them, and the run may end. A long
# line is no such reason: it moves.
LONGEST_REST_SECONDS = 300.0
# Shorter than the daemon's pause after such a refusal: its next look is one probe, which decides for everybody.
ACCESS_REST_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A booking, how long it is until then, and whether it matters how its request ends.

    ``rest_seconds`` of the wait are what the server demands of everybody.
    """

    booking: Booking
    wait_seconds: float
    rest_seconds: float
    limited: bool


class SharedPace(Protocol):
    """A ``pacing.pace.Pace`` that all replicas work on, with its clock."""

    async def book(self, tokens: int, earlier: Booking | None) -> Place:
        """Take a place in the line; the earlier one is kept if there was no slow-down since."""

    async def answered(self, booking: Booking, used_tokens: int | None) -> None:
        """Learn that a request went well."""

    async def refused(self, booking: Booking, retry_after_seconds: float | None) -> None:
        """Learn that the server was asked too often."""

    async def hold(self, seconds: float) -> None:
        """Send nothing for so long."""


class ModelGate:
    """``ports.Gate`` of one model in one process."""

    def __init__(self, pace: SharedPace, clock: Clock, retries: Retries, breaker: Breaker | None = None) -> None:
        self._pace = pace
        self._breaker = breaker or Breaker()
        self._clock = clock
        self._retries = retries
        self._probed = asyncio.Event()
        self._denied: ModelFailure | None = None

    @property
    def is_resting(self) -> bool:
        return self._breaker.is_open

    def pause(self, error: ModelUnavailable, tries: int, spent_seconds: float) -> float | None:
        return self._retries.pause(tries, spent_seconds, error.retry_after_seconds)

    @asynccontextmanager
    async def passage(self, tokens: int) -> AsyncIterator[Passage]:
        arrived = self._clock.monotonic()
        place = await self._enter(tokens)
        probe = self._breaker.sent()
        passage = Passage(waited_seconds=self._clock.monotonic() - arrived)
        try:
            yield passage
        except ModelUnavailable as error:
            await self._failed(error, place.booking, probe=probe)
            raise
        except ModelAccessDenied as error:
            self._denied = error.failure
            self._breaker.rest(self._clock.monotonic(), ACCESS_REST_SECONDS)
            raise
        except ModelError:
            # Whatever else the model's server said, it is there and was not asked too often.
            await self._answered(place, passage)
            raise
        else:
            await self._answered(place, passage)
        finally:
            self._end(probe=probe)

    async def _enter(self, tokens: int) -> Place:
        """Return once the circuit is closed, or waits for a probe, and the place's time has come.

        Raises ``ModelUnavailable`` where that is too far away.
        """
        place: Place | None = None
        while True:
            await self._rest()
            place = await self._pace.book(tokens, place.booking if place else None)
            if place.rest_seconds > LONGEST_REST_SECONDS:
                what = "the model is not to be asked for now"
                raise ModelUnavailable(ModelFailure.RATE, what, retry_after_seconds=place.rest_seconds)
            if place.wait_seconds > 0:
                await self._clock.sleep(place.wait_seconds)
            elif self._breaker.wait_seconds(self._clock.monotonic()) == 0:
                return place

    async def _rest(self) -> None:
        """Wait for the probe that is out; raises why nothing may be sent while the circuit is open for longer."""
        while seconds := self._breaker.wait_seconds(self._clock.monotonic()):
            if seconds != PROBING:
                raise self._refusal(seconds)
            self._probed.clear()
            await self._probed.wait()

    def _refusal(self, seconds: float) -> ModelError:
        if self._denied is not None:
            return ModelAccessDenied(self._denied, "access was refused a moment ago")
        failure = self._breaker.last_failure
        return ModelUnavailable(failure, "the model is given a rest", retry_after_seconds=seconds)

    async def _answered(self, place: Place, passage: Passage) -> None:
        self._breaker.succeeded()
        self._denied = None
        if place.limited:
            await self._pace.answered(place.booking, passage.used_tokens)

    async def _failed(self, error: ModelUnavailable, booking: Booking, *, probe: bool) -> None:
        wanted = error.retry_after_seconds
        self._breaker.failed(error.failure, self._clock.monotonic(), wanted or 0.0, probe=probe)
        if error.failure is ModelFailure.RATE:
            await self._pace.refused(booking, wanted)
        elif wanted:
            await self._pace.hold(wanted)

    def _end(self, *, probe: bool) -> None:
        """Whatever became of the probe, those who wait for it look again."""
        if probe:
            self._breaker.abandoned()
            self._probed.set()


class OpenGate:
    """``ports.Gate`` that holds nothing back, for a model that runs in this process."""

    is_resting = False

    def pause(self, error: ModelUnavailable, tries: int, spent_seconds: float) -> float | None:  # noqa: ARG002
        return None

    @asynccontextmanager
    async def passage(self, tokens: int) -> AsyncIterator[Passage]:  # noqa: ARG002
        yield Passage()

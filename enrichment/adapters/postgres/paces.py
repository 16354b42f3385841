"""The pace of a model in one row: all replicas book their requests there, by the database's clock."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from enrichment.adapters.model.gate import Place
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.pacing import pace as pacing
from enrichment.pacing.pace import Booking, Pace, RateLimits

_Result = TypeVar("_Result")


class PostgresPace:
    """``adapters.model.gate.SharedPace``; ``model`` names what the provider counts by: its host, and the model."""

    def __init__(self, database: Database, model: str, limits: RateLimits) -> None:
        self._database = database
        self._model = model
        self._limits = limits

    async def book(self, tokens: int, earlier: Booking | None) -> Place:
        def work(pace: Pace, now: float) -> tuple[Pace, Place]:
            booking = earlier
            if booking is None or booking.refusals != pace.refusals:
                pace, booking = pacing.booked(pace, self._limits, now, tokens)
            rest = max(0.0, pace.not_before - now)
            limited = not pacing.is_free(pace, self._limits)
            return pace, Place(
                booking=booking, wait_seconds=max(rest, booking.at - now), rest_seconds=rest, limited=limited
            )

        return await self._update(work)

    async def answered(self, booking: Booking, used_tokens: int | None) -> None:
        await self._update(lambda pace, _: (pacing.answered(pace, self._limits, booking, used_tokens), None))

    async def refused(self, booking: Booking, retry_after_seconds: float | None) -> None:
        await self._update(
            lambda pace, now: (pacing.refused(pace, self._limits, now, booking, retry_after_seconds), None)
        )

    async def hold(self, seconds: float) -> None:
        await self._update(lambda pace, now: (pacing.held(pace, now, seconds), None))

    async def _update(self, work: Callable[[Pace, float], tuple[Pace, _Result]]) -> _Result:
        async def transaction(connection: Connection) -> _Result:
            row = await connection.fetchrow(query("lock_pace"), self._model)
            if row is None:
                await connection.execute(query("create_pace"), self._model, asdict(Pace()))
                row = await connection.fetchrow(query("lock_pace"), self._model)
            if row is None:
                raise RuntimeError("a row that was just written is not there")
            pace, result = work(Pace(**row["pace"]), row["now"])
            await connection.execute(query("write_pace"), self._model, asdict(pace))
            return result

        return await self._database.transact(transaction)

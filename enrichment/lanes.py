"""How many of the turns under way may do the same at a time, and who must have the process to themselves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from enrichment.errors import BudgetExhausted
from enrichment.ports import Call


class Solitude:
    """Either many have a batch in hand, or one alone: if the process then dies, there is one batch to blame."""

    def __init__(self) -> None:
        self._inside = 0
        self._waiting = 0
        self._is_taken = False
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def among_others(self) -> AsyncIterator[None]:
        """Enter beside others; who waits to be alone goes first, so that they do not wait for ever."""
        await self._until(lambda: not self._is_taken and not self._waiting)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._tell()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Enter when everybody has left, and keep everybody out."""
        self._waiting += 1
        try:
            await self._until(lambda: not self._is_taken and not self._inside)
            self._is_taken = True
        finally:
            self._waiting -= 1
            self._tell()
        try:
            yield
        finally:
            self._is_taken = False
            self._tell()

    async def _until(self, is_free: Callable[[], bool]) -> None:
        while not is_free():
            await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Reservations:
    """The calls that are reserved and not closed: most of them cost less, and what is left over is room for others."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._in_flight = 0
        self._ended = asyncio.Event()

    async def hold(self, reserve: Callable[[], Awaitable[Call]]) -> Call:
        """Reserve; as often as a call in flight ends, while there is no room but may be then.

        Raises what ``reserve`` raises; ``BudgetExhausted`` once nothing of ours is in flight that could make room.
        """
        while True:
            async with self._one_at_a_time:
                # Noted before we ask: an end while we are asking is a reason to ask again.
                in_flight, ended = self._in_flight, self._ended
                try:
                    call = await reserve()
                except BudgetExhausted as error:
                    if not (error.may_return and in_flight):
                        raise
                else:
                    self._in_flight += 1
                    return call
            await ended.wait()

    def let_go(self) -> None:
        """Note that a call that was reserved has ended."""
        self._in_flight -= 1
        self._ended.set()
        self._ended = asyncio.Event()


class Lanes:
    """What all turns share: preparing batches, having one in hand, asking about it, and calling the model.

    Preparing has a quarter of the lanes: who is ready first asks at once, and calls do not all go out, and their
    answers do not all come in, in the same moment. Half as many as there are lanes may stand behind them with an open
    batch and a reserved call, so that a lane that becomes free is taken at once. Each is waited for in this order and
    never the other way round, or two would wait for each other.
    """

    def __init__(self, calls: int) -> None:
        self.preparing = asyncio.Semaphore(max(1, calls // 4))
        self.asking = asyncio.Semaphore(calls + calls // 2)
        self.calling = asyncio.Semaphore(calls)
        self.reserved = Reservations()
        self._solitude = Solitude()

    def in_hand(self, *, alone: bool) -> AbstractAsyncContextManager[None]:
        """Have a batch in hand, ``alone`` if a process has died with one of its messages before."""
        return self._solitude.alone() if alone else self._solitude.among_others()

"""Which facts were used, and when: noted in memory without waiting, and written later: a load writes nothing."""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from enrichment.reader.events import Hook, ReaderEvent

LOG: Final = "select enrichment_api.log_accesses($1, $2, $3, $4, $5, $6)"
# What one statement takes.
AT_ONCE: Final = 1000
_LAST_WORD_SECONDS: Final = 2.0
# What merely stood in a context says little: once a day for each pair, of so many pairs, is enough.
_LOADED_EVERY: Final = timedelta(days=1)
_LOADED_PAIRS: Final = 10_000


class AccessKind(StrEnum):
    """How a fact was used: it stood in a context, was looked for and found, or an answer rests on it."""

    LOADED = "loaded"
    RECALLED = "recalled"
    USED = "used"


Pair = tuple[str, str]
# By fact and kind, when it was last.
_Noted = dict[tuple[uuid.UUID, AccessKind], datetime]


@dataclass(frozen=True, slots=True)
class Entry:
    """Some accesses of one (user, bot), as many as one statement takes."""

    pair: Pair
    noted: _Noted

    def arguments(self) -> tuple[object, ...]:
        """Return what the statement takes."""
        facts, kinds = [fact for fact, _ in self.noted], [kind.value for _, kind in self.noted]
        return *self.pair, facts, [None] * len(facts), kinds, list(self.noted.values())


class AccessLog:
    """Notes up to ``most`` accesses, drops the oldest pair's beyond that, and hands them to ``write`` now and then.

    ``write`` tells whether it succeeded, and does not raise. What it could not write is lost, and counted: whether it
    was written nobody knows, and an access that counts twice is worse than one that does not.
    """

    def __init__(self, most: int, write: Callable[[Entry], Awaitable[bool]], count: Hook) -> None:
        self._most, self._write, self._count = most, write, count
        self._noted: OrderedDict[Pair, _Noted] = OrderedDict()
        self._loaded: OrderedDict[Pair, datetime] = OrderedDict()
        self._size = 0

    def note(self, pair: Pair, kind: AccessKind, fact_ids: Iterable[uuid.UUID | str]) -> None:
        """Note that facts were used now; raises ``ValueError`` for an id that is none."""
        now = datetime.now(UTC)
        if not self._most or (kind is AccessKind.LOADED and not self._is_news(pair, now)):
            return
        facts = [one if isinstance(one, uuid.UUID) else uuid.UUID(one) for one in fact_ids]
        noted = self._noted.setdefault(pair, {}) if facts else {}
        self._size -= len(noted)
        noted.update({(fact, kind): now for fact in facts})
        self._size += len(noted)
        while self._size > self._most:
            self._drop_oldest()

    async def flush(self) -> None:
        """Write what is noted by now, until something cannot be written: the rest waits for the next time."""
        left = self._size
        while left > 0 and (entry := self._take()) is not None:
            left -= len(entry.noted)
            if not await self._write(entry):
                self._count(ReaderEvent.ACCESSES_LOST)
                return

    @asynccontextmanager
    async def flushing(self, every: timedelta) -> AsyncIterator[None]:
        """Flush at this interval, and at the end, for two seconds at most."""
        task = asyncio.create_task(self._flush_again(every), name="enrichment-reader-accesses")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORD_SECONDS):
                    await self.flush()
            if self._size:
                self._count(ReaderEvent.ACCESSES_LOST)

    def __len__(self) -> int:
        return self._size

    async def _flush_again(self, every: timedelta) -> None:
        while True:
            await asyncio.sleep(every.total_seconds())
            await self.flush()

    def _take(self) -> Entry | None:
        if not self._noted:
            return None
        pair, noted = self._noted.popitem(last=False)
        taken = dict(list(noted.items())[:AT_ONCE])
        if len(taken) < len(noted):
            self._noted[pair] = {key: noted[key] for key in noted if key not in taken}
        self._size -= len(taken)
        return Entry(pair, taken)

    def _drop_oldest(self) -> None:
        pair, noted = next(iter(self._noted.items()))
        del noted[next(iter(noted))]
        self._size -= 1
        if not noted:
            del self._noted[pair]
        self._count(ReaderEvent.ACCESSES_DROPPED)

    def _is_news(self, pair: Pair, now: datetime) -> bool:
        before = self._loaded.get(pair)
        if before is not None and now - before < _LOADED_EVERY:
            return False
        self._loaded[pair] = now
        self._loaded.move_to_end(pair)
        while len(self._loaded) > _LOADED_PAIRS:
            self._loaded.popitem(last=False)
        return True

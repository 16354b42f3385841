"""No engines: for worlds in which none runs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from enrichment.domain.leasing import Lease
from enrichment.domain.messages import Message, PointRef
from enrichment.engines.folding import KeptRow, Observed, Stored
from enrichment.engines.frame import MemoryState, Pair, Topic
from enrichment.engines.keeping import BotSum, Engines, Told

NOBODY = "no engine runs here"


class NoPairStates:
    """``keeping.PairStates`` that nobody asks."""

    async def load(self, pair: Pair) -> Stored:
        raise NotImplementedError(NOBODY)

    async def told(self, user_id: str, messages: Sequence[Message]) -> Sequence[Told]:
        raise NotImplementedError(NOBODY)

    async def memories(
        self, pair: Pair, ids: Collection[str], chosen_at: datetime | None = None
    ) -> Sequence[MemoryState]:
        raise NotImplementedError(NOBODY)

    async def write(self, observed: Observed, lease: Lease, *, anew: Collection[str] = ()) -> None:
        raise NotImplementedError(NOBODY)


class NoRebuilds:
    """``keeping.Rebuilds`` that nobody asks."""

    async def due(self, now: datetime, limit: int) -> Sequence[Pair]:
        raise NotImplementedError(NOBODY)

    async def seen(self, pair: Pair) -> Sequence[tuple[PointRef, bytes]]:
        raise NotImplementedError(NOBODY)

    async def topics(self, pair: Pair) -> Sequence[Topic]:
        raise NotImplementedError(NOBODY)


class NoCaches:
    """``keeping.Caches`` that nobody asks."""

    async def claim(self, name: str, now: datetime, every: timedelta) -> bool:
        raise NotImplementedError(NOBODY)

    async def extend(self, now: datetime, keep: timedelta) -> int:
        raise NotImplementedError(NOBODY)

    async def behind(self, limit: int) -> Sequence[Pair]:
        raise NotImplementedError(NOBODY)


class NoBots:
    """``keeping.Bots`` that nobody asks."""

    async def changed(self, expiring_before: datetime, limit: int) -> Sequence[str]:
        raise NotImplementedError(NOBODY)

    async def summed(self, bot_name: str, versions: Mapping[str, int]) -> Sequence[BotSum]:
        raise NotImplementedError(NOBODY)

    async def confirm(self, now: datetime) -> None:
        raise NotImplementedError(NOBODY)

    async def write(self, bot_name: str, sums: Sequence[BotSum], rows: Sequence[KeptRow], now: datetime) -> None:
        raise NotImplementedError(NOBODY)


NONE_RUN = Engines(
    run=(),
    registered=frozenset(),
    states=NoPairStates(),
    rebuilds=NoRebuilds(),
    caches=NoCaches(),
    bots=NoBots(),
)

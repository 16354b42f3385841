"""No engine's states: for worlds in which none runs."""

from collections.abc import Collection, Sequence
from datetime import datetime

from enrichment.domain.messages import Message
from enrichment.engines.folding import Stored
from enrichment.engines.frame import MemoryState, Pair
from enrichment.engines.keeping import Told


class NoPairStates:
    """``keeping.PairStates`` of pairs that are all new."""

    async def load(self, pair: Pair) -> Stored:
        return Stored()

    async def told(self, user_id: str, messages: Sequence[Message]) -> Sequence[Told]:
        return [Told.NEW for _ in messages]

    async def memories(
        self, pair: Pair, ids: Collection[str], chosen_at: datetime | None = None
    ) -> Sequence[MemoryState]:
        return ()

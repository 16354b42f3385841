"""The contracts of what keeps pairs between batches; the adapters keep these promises, fakes too."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from enrichment.domain.messages import Message
from enrichment.engines.folding import Stored
from enrichment.engines.frame import AnyEngine, MemoryState, Pair


class Told(StrEnum):
    """What engines know of a message: nothing, exactly this text, or another text of it."""

    NEW = "new"
    BEFORE = "before"
    EDITED = "edited"


class PairStates(Protocol):
    """States of pairs, as the holder of the user's lease reads them: nobody else writes them meanwhile."""

    async def load(self, pair: Pair) -> Stored:
        """Return what is kept of a pair; nothing of it where it is new."""

    async def told(self, user_id: str, messages: Sequence[Message]) -> Sequence[Told]:
        """Say of each message what engines know of it; what was skipped unseen, or quarantined, is new."""

    async def memories(
        self, pair: Pair, ids: Collection[str], chosen_at: datetime | None = None
    ) -> Sequence[MemoryState]:
        """Return these memories, and those that a report at ``chosen_at`` looks at, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Which engines run, which there are, and where their states lie; none run: nothing is observed."""

    run: tuple[AnyEngine, ...]
    registered: frozenset[str]
    states: PairStates

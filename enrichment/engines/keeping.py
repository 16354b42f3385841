"""The contracts of what keeps pairs and bots between batches; the adapters keep these promises, fakes too."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from enrichment.domain.leasing import Lease
from enrichment.domain.messages import Message, PointRef
from enrichment.engines.folding import KeptRow, Observed, Shares, Stored
from enrichment.engines.frame import AnyEngine, MemoryState, Pair, Topic
from enrichment.engines.outside import NoSources, Sources


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

    async def write(self, observed: Observed, lease: Lease, *, anew: Collection[str] = ()) -> None:
        """Write what was observed outside of a batch, fenced.

        ``anew`` names engines that have seen everything from the beginning: nothing they kept before remains.
        """


class Rebuilds(Protocol):
    """What pairs have said, for those whose states are wrong."""

    async def due(self, now: datetime, limit: int) -> Sequence[Pair]:
        """Return pairs that have been wrong for a while and were not rebuilt within a day, the longest wrong first."""

    async def seen(self, pair: Pair) -> Sequence[tuple[PointRef, bytes]]:
        """Return the points that engines have seen, with the hashes of their texts, in order; the newest 100,000."""

    async def topics(self, pair: Pair) -> Sequence[Topic]:
        """Return the topics of the pair's sessions, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSum:
    """The sum of one engine's shares over a bot's pairs."""

    engine: str
    version: int
    pairs: int
    sums: Shares


class Caches(Protocol):
    """The rows that hosts read."""

    async def claim(self, name: str, now: datetime, every: timedelta) -> bool:
        """Take a kind of pass, if over all replicas nobody has taken it for that long."""

    async def extend(self, now: datetime, keep: timedelta) -> int:
        """Let rows of active pairs that nothing has changed be served for so long again; return how many.

        Deletes what ran out a month ago, too. Both are bounded: the next pass goes on.
        """

    async def behind(self, limit: int) -> Sequence[Pair]:
        """Return pairs whose rows lack messages or are wanted anew, and that nobody is working for."""


class Bots(Protocol):
    """What a bot's pairs add up to; written by one pass at a time."""

    async def changed(self, expiring_before: datetime, limit: int) -> Sequence[str]:
        """Return the bots whose pairs have other shares than were summed, or whose row runs out before that time."""

    async def summed(self, bot_name: str, versions: Mapping[str, int]) -> Sequence[BotSum]:
        """Add up the shares of a bot's pairs, of these engines in these versions."""

    async def write(self, bot_name: str, sums: Sequence[BotSum], rows: Sequence[KeptRow], now: datetime) -> None:
        """Write the sums and the bot's rows."""

    async def confirm(self, now: datetime) -> None:
        """Note that nothing has changed for all bots that were not written at this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Which engines run, which there are, where what they keep lies, and what they look at beside messages.

    None run: nothing is observed.
    """

    run: tuple[AnyEngine, ...]
    registered: frozenset[str]
    states: PairStates
    rebuilds: Rebuilds
    caches: Caches
    bots: Bots
    sources: Sources = field(default_factory=NoSources)

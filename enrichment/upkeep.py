"""The contracts of what operators and sweeps do; the way of a message has those of ``ports``.

The same holds here: foreign errors become ``enrichment.errors``, and every call has a deadline of its own.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from enrichment.domain.messages import PointRef
from enrichment.domain.upkeep import Findings, LedgerPage, LedgerPoint, PointPage, Recorded, Reopened, SeenPoint, Slice

RequeueReason = Literal["reenrich", "retry"]


class StoredPoints(Protocol):
    """All points of the agents' collections, whatever their status."""

    async def count(self, collection: str) -> int:
        """Return about how many there are."""

    async def page(self, collection: str, after: str | None, limit: int) -> PointPage:
        """Return the points after an id, unfiltered; at most ``limit``, fewer where they are large."""

    async def look(self, refs: Sequence[PointRef]) -> Sequence[SeenPoint]:
        """Return those of the points that exist."""

    async def reopen(self, refs: Sequence[PointRef]) -> Reopened:
        """Write ``pending`` by id, then read it back; doing it twice is harmless."""


class Requeued(Protocol):
    """Messages that are to be read again: from the transaction that withdraws their ends to the one of their next."""

    async def waiting(self, limit: int) -> Sequence[PointRef]:
        """Return points that the store has not been seen to call pending again, or whose flag a later look missed."""

    async def reopened(self, reopened: Reopened) -> None:
        """Note what became of points; the end of one that is gone is in force again."""


class Inventory(Protocol):
    """The ledger as a sweep compares it with the store."""

    async def recorded(self, points: Sequence[SeenPoint]) -> Mapping[PointRef, Recorded]:
        """Return what the database has of each point of its user; nothing of a stranger's."""

    async def page(self, collection: str, after: str | None, limit: int) -> LedgerPage:
        """Return about ``limit`` ends in force of the collection after a cursor; all those of a point, or none."""

    async def retract(self, points: Sequence[LedgerPoint]) -> int:
        """Withdraw these ends with their evidence, unless another point holds the text; return how many there were."""

    async def miss(self, points: Sequence[LedgerPoint]) -> None:
        """Note that messages are gone whose facts stay: what engines still count of them is to be folded anew, once."""


class Sweeps(Protocol):
    """How far the background sweep has come, one slice at a time over all replicas."""

    async def claim(self, collection: str, every: timedelta) -> Slice | None:
        """Return the slice to do now, None while it is not yet time; a new pass begins a day after the last."""

    async def record(self, done: Slice, following: Slice | None, findings: Findings) -> None:
        """Go on to the following slice, None at the end of a pass; a claim that was overtaken changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause in force."""

    reason: str
    since: datetime


class Pauses(Protocol):
    """Whether all replicas are to leave work alone."""

    async def current(self) -> Pause | None:
        """Return the pause in force."""


class Maintenance(Protocol):
    """The background pass over what is derived: profiles, digests, and rows that are too old to be kept."""

    async def next_slice(self, now: datetime, every: timedelta) -> Counter[str] | None:
        """Do the next slice, bounded in users and memory; return what was done, None while it is not yet time.

        ``every`` is the time from the end of one pass to the next. Slices are nobody else's while they are done, and
        harmless if they are done twice.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """All of them, as the cycle gets them."""

    points: StoredPoints
    requeued: Requeued
    inventory: Inventory
    sweeps: Sweeps
    pauses: Pauses
    maintenance: Maintenance

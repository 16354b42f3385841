"""What a full sweep sees of a point, what the ledger has of it, and what operators ask for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPoint:
    """One point as its store has it, read without a filter.

    ``content_hash`` is None where chunks of the message are missing: it cannot be compared then. ``said_at`` is None
    where the time is unknown. ``indexed_pending``: whether a search for pending messages finds it.
    """

    ref: PointRef
    user_id: str
    status: str | None
    content_hash: bytes | None
    said_at: datetime | None
    indexed_pending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPage:
    """Points in the order of their ids; ``last`` is the id to go on after, None at the end."""

    points: tuple[SeenPoint, ...] = ()
    last: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEnd:
    """One end in force of a point."""

    content_hash: bytes
    outcome: Outcome
    reason: str | None
    revision: str | None
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the database has of a point of this user; ``requeued``: it is to be read again."""

    ends: tuple[RecordedEnd, ...] = ()
    requeued: bool = False
    erased_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPoint:
    """One end in force, as the sweep meets it on its way through the ledger."""

    ref: PointRef
    user_id: str
    content_hash: bytes
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """Ends in force in the ledger's order; ``last`` is the cursor to go on after, None at the end."""

    points: tuple[LedgerPoint, ...] = ()
    last: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """What became of points that were to be pending again; what could not be verified is in neither."""

    verified: tuple[PointRef, ...] = ()
    gone: tuple[PointRef, ...] = ()


class Phase(StrEnum):
    """The two halves of a sweep: what the store holds, then what the ledger holds and the store does not."""

    POINTS = "points"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Where a sweep of a collection stands: the half it is in, and the cursor that it goes on after."""

    collection: str
    phase: Phase = Phase.POINTS
    after: str | None = None


@dataclass(slots=True, kw_only=True)
class Findings:
    """Counts of a sweep: points looked at, what was found, and what of that was repaired, by kind.

    ``gone`` are ends whose point is not there any more, which is no fault; ``retracted`` those of them whose evidence
    was withdrawn.
    """

    points: int = 0
    found: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    gone: int = 0
    retracted: int = 0

    @property
    def left(self) -> int:
        """How much was found and not repaired."""
        return self.found.total() - self.repaired.total()

    def add(self, other: "Findings") -> None:
        """Add the counts of another slice."""
        self.points += other.points
        self.found += other.found
        self.repaired += other.repaired
        self.gone += other.gone
        self.retracted += other.retracted

    def report(self) -> dict[str, object]:
        """Return the counts as JSON holds them."""
        return {
            "points": self.points,
            "found": dict(self.found),
            "repaired": dict(self.repaired),
            "gone": self.gone,
            "retracted": self.retracted,
        }

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Findings":
        """Return what ``report`` returned."""
        counters = {name: Counter[str](report.get(name, {})) for name in ("found", "repaired")}
        return cls(**{**report, **counters})

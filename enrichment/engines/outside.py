"""What engines look at beside messages: measurements of quality, and the log of what was recalled; contracts, values.

Nothing here is needed: what is missing is missing, and an engine that has less to go by says so in its confidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from enrichment.engines.frame import Access, Pair, Quality

ACCESS_LOG = "access_log"
METRICS = "quality_metrics"


class Measured(NamedTuple):
    """One measurement of a conversation, and with whom it was."""

    user_id: str
    quality: Quality


class Logged(NamedTuple):
    """Accesses of a pair, and until when the log was read for them."""

    accesses: Sequence[Access]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What came to a pair from outside; ``read_until`` tells by source until when it is complete.

    ``failed`` names the sources that gave nothing this time because they failed.
    """

    accesses: tuple[Access, ...] = ()
    qualities: tuple[Quality, ...] = ()
    read_until: Mapping[str, datetime] = field(default_factory=dict)
    failed: tuple[str, ...] = ()


class QualityMetrics(Protocol):
    """A system that measures conversations."""

    async def measured(self, bot_name: str, since: datetime, until: datetime, limit: int) -> Sequence[Measured]:
        """Return a bot's measurements from ``since`` until before ``until``, oldest first.

        ``limit`` bounds them, or those of each user; then the latest are missing.

        Only what is there: no value is made up, scaled from something else, or carried forward. Raises
        ``DependencyUnavailable`` or ``ConfigurationError``.
        """


class AccessLog(Protocol):
    """Where hosts note which memories they used."""

    async def accesses(self, pair: Pair, since: datetime | None, limit: int) -> Logged:
        """Return what was logged of a pair from ``since`` on, oldest first, at most ``limit``; each entry once."""


class Sources(Protocol):
    """All that comes from outside, as a batch asks for it: at once or not at all, and never an error."""

    async def come(self, pair: Pair, read_until: Mapping[str, datetime]) -> Outside:
        """Return what has come since it was read last, within a bounded time."""


class NoSources:
    """Nothing but messages."""

    async def come(self, pair: Pair, read_until: Mapping[str, datetime]) -> Outside:  # noqa: ARG002 - a port's
        """Return nothing."""
        return Outside()

"""How things stand: what waits, who works, what is unsettled or quarantined, and what was spent today."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.upkeep import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionStanding:
    """What a collection has pending since its last complete pass; times are None where there is none."""

    collection: str
    pending: int
    oldest: datetime | None
    planned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process that works: how many users it holds, the first of them since when."""

    owner: uuid.UUID
    users: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand; ``cost_today_usd`` counts calls without a known cost at what was reserved, days are UTC.

    ``left_today_usd`` is what the day's budget has left; None if it has no limit, or if nothing was asked today.

    ``requeued`` are points to be read again. ``sweeps`` says of each collection when its last full sweep ended, and
    what that found.
    """

    collections: Sequence[CollectionStanding]
    holders: Sequence[Holder]
    unsettled: int
    quarantined: int
    open_batches: int
    calls_today: int
    cost_today_usd: Decimal
    left_today_usd: Decimal | None
    requeued: int = 0
    paused: Pause | None = None
    sweeps: Mapping[str, Any] = field(default_factory=dict)


async def standing(database: Database) -> Standing:
    """Return how things stand, of all users."""
    async with database.connection() as connection:
        collections = await connection.fetch(query("standing_collections"))
        holders = await connection.fetch(query("standing_leases"))
        totals = await connection.fetchrow(query("standing_totals"))
        upkeep = await connection.fetchrow(query("standing_upkeep"))
        pause = await connection.fetchrow(query("current_pause"))
    assert totals is not None  # noqa: S101 - an aggregate without grouping always has a row
    assert upkeep is not None  # noqa: S101 - the same
    return Standing(
        collections=[CollectionStanding(**row) for row in collections],
        holders=[Holder(**row) for row in holders],
        unsettled=totals["unsettled"],
        quarantined=totals["quarantined"],
        open_batches=totals["open_batches"],
        calls_today=totals["calls_today"],
        cost_today_usd=totals["cost_today"],
        left_today_usd=totals["left_today"],
        requeued=upkeep["requeued"],
        paused=None if pause is None else Pause(**pause),
        sweeps=upkeep["sweeps"],
    )

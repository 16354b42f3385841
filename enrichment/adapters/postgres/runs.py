"""Runs and their reports, what hosts read of them, and how things stand."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionCycle:
    """What one cycle did in one collection: a row of ``enrichment_metadata``."""

    collection: str
    messages: int
    facts: int
    summaries: int
    seconds: float


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
    """How things stand; ``cost_today_usd`` counts calls without a known cost at what was reserved, days are UTC."""

    collections: Sequence[CollectionStanding]
    holders: Sequence[Holder]
    unsettled: int
    quarantined: int
    open_batches: int
    calls_today: int
    cost_today_usd: Decimal


class PostgresRuns:
    """The rows of runs; ``trigger`` is ``once`` or ``daemon``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, run_id: uuid.UUID, trigger: str, owner: uuid.UUID) -> None:
        """Write that a run began."""
        async with self._database.connection() as connection:
            await connection.execute(query("start_run"), run_id, trigger, owner)

    async def finish(self, run_id: uuid.UUID, result: str, report: Mapping[str, Any]) -> None:
        """Write how it ended, with its report as JSON."""
        async with self._database.connection() as connection:
            await connection.execute(query("finish_run"), run_id, result, report)

    async def report(self, run_id: uuid.UUID, cycles: Sequence[CollectionCycle]) -> None:
        """Write what a cycle did, collection by collection, in the table that hosts read."""
        rows = [(one.collection, one.messages, one.facts, one.summaries, one.seconds, run_id) for one in cycles]

        async def work(connection: Connection) -> None:
            await connection.executemany(query("write_cycle"), rows)

        await self._database.transact(work)

    async def standing(self) -> Standing:
        """Return how things stand, of all users."""
        async with self._database.connection() as connection:
            collections = await connection.fetch(query("standing_collections"))
            holders = await connection.fetch(query("standing_leases"))
            totals = await connection.fetchrow(query("standing_totals"))
        assert totals is not None  # noqa: S101 - an aggregate without grouping always has a row
        return Standing(
            collections=[CollectionStanding(**row) for row in collections],
            holders=[Holder(**row) for row in holders],
            unsettled=totals["unsettled"],
            quarantined=totals["quarantined"],
            open_batches=totals["open_batches"],
            calls_today=totals["calls_today"],
            cost_today_usd=totals["cost_today"],
        )

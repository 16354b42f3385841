"""What the database knows of all replicas, read for a scrape at most every few seconds."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog

from enrichment.adapters.monitoring.catalogue import CACHE_STATES
from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.postgres.freshness import Freshness, freshness
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.standing import Standing, standing
from enrichment.engines.registry import ENGINES
from enrichment.errors import EnrichmentError
from enrichment.planning.consistency import Finding
from enrichment.ports import Clock

log = structlog.get_logger()

# Scrapes from several sides within this time share one look.
FRESH_SECONDS = 5.0
# Longer than that and the scrape goes out with the figures of the last look.
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The standing, and what only metrics ask for."""

    standing: Standing
    totals: Mapping[str, Any]
    quarantined: Mapping[str, int]
    runs: Sequence[Mapping[str, Any]]
    caches: Sequence[Freshness] = ()


async def figures(database: Database) -> Figures:
    """Read them."""
    stood = await standing(database)
    async with database.connection() as connection:
        totals = await connection.fetchrow(query("figures_totals"))
        quarantined = await connection.fetch(query("figures_quarantined"))
        runs = await connection.fetch(query("figures_runs"))
    return Figures(
        standing=stood,
        totals=dict(totals or {}),
        quarantined={row["reason"]: row["messages"] for row in quarantined},
        runs=[dict(row) for row in runs],
        caches=await freshness(database, ENGINES),
    )


class FigureReader:
    """Brings the gauges of all replicas up to date; ``latest`` is what was last read, None before that."""

    def __init__(self, database: Database, metrics: Metrics, clock: Clock, day_usd: Decimal | None) -> None:
        self._database = database
        self._metrics = metrics
        self._clock = clock
        self._day_usd = day_usd
        self._read_at = self._missed_at = -math.inf
        self._reading = asyncio.Lock()
        self.latest: Figures | None = None

    async def refresh(self) -> None:
        """Read, unless somebody just has; a database that does not answer leaves the gauges as they were.

        Who waited while it did not answer somebody else is not kept waiting for the same once more.
        """
        came_at = self._clock.monotonic()
        async with self._reading:
            if self._clock.monotonic() - self._read_at < FRESH_SECONDS or self._missed_at > came_at:
                return
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    self.latest = await figures(self._database)
            except (EnrichmentError, TimeoutError) as error:
                log.warning("figures.missed", reason=type(error).__name__)
                self._missed_at = self._clock.monotonic()
                self._metrics.set("dependency_up", 0, dependency="postgres")
                return
            self._read_at = self._clock.monotonic()
            show(self._metrics, self.latest, self._clock.now(), self._day_usd)
            self._metrics.replace("postgres_connections", self._database.connections)


def show(metrics: Metrics, read: Figures, now: datetime, day_usd: Decimal | None) -> None:
    """Set the gauges."""
    stood = read.standing
    metrics.set("standing_timestamp_seconds", now.timestamp())
    _show_backlog(metrics, read)
    metrics.set("unsettled_messages", stood.unsettled)
    metrics.set("oldest_unsettled_timestamp_seconds", _epoch(read.totals["oldest_unsettled"]))
    metrics.replace("quarantined_messages", read.quarantined)
    metrics.set("requeued_messages", stood.requeued)
    metrics.set("open_batches", stood.open_batches)
    metrics.set("leases_held", sum(holder.users for holder in stood.holders))
    metrics.set("paused", stood.paused is not None)
    metrics.set("erased_users", read.totals["erased_users"])
    _show_sweeps(metrics, stood.sweeps)
    _show_runs(metrics, read.runs)
    _show_caches(metrics, read.caches)
    left = day_usd if stood.left_today_usd is None else stood.left_today_usd
    metrics.set("budget_limit_usd", math.inf if day_usd is None else float(day_usd))
    metrics.set("budget_remaining_usd", math.inf if left is None else float(left))


def _show_backlog(metrics: Metrics, read: Figures) -> None:
    collections = read.standing.collections
    metrics.replace("pending_messages", {one.collection: one.pending for one in collections})
    metrics.replace("backlog_scan_timestamp_seconds", {one.collection: _epoch(one.planned_at) for one in collections})
    metrics.set("pending_users", read.totals["pending_users"])
    oldest = [one.oldest for one in collections if one.oldest is not None]
    metrics.set("oldest_pending_timestamp_seconds", _epoch(min(oldest, default=None)))


def _show_sweeps(metrics: Metrics, sweeps: Mapping[str, Any]) -> None:
    found = [sweep["counts"] or {} for sweep in sweeps.values()]
    metrics.replace(
        "inconsistent_messages",
        {kind.value: sum(counts.get("found", {}).get(kind.value, 0) for counts in found) for kind in Finding},
    )
    ends = {name: _epoch(datetime.fromisoformat(sweep["finished_at"])) for name, sweep in sweeps.items()}
    metrics.replace("sweep_last_success_timestamp_seconds", ends)


def _show_runs(metrics: Metrics, runs: Sequence[Mapping[str, Any]]) -> None:
    for run in runs:
        trigger, result, ended = run["trigger"], run["result"], _epoch(run["finished_at"])
        metrics.set("runs", run["runs"], trigger=trigger, result=result)
        if result == "running":
            metrics.set("runs_in_progress", run["runs"], trigger=trigger)
        if result == "done":
            metrics.set("run_last_success_timestamp_seconds", ended, trigger=trigger)
    for trigger in {run["trigger"] for run in runs}:
        over = [run for run in runs if run["trigger"] == trigger and run["finished_at"] is not None]
        if over:
            last = max(over, key=lambda run: run["finished_at"])
            metrics.set("run_last_completion_timestamp_seconds", _epoch(last["finished_at"]), trigger=trigger)
            metrics.set("run_last_duration_seconds", last["seconds"], trigger=trigger)


def _show_caches(metrics: Metrics, caches: Sequence[Freshness]) -> None:
    for one in caches:
        for state in CACHE_STATES:
            metrics.set("cache_rows", getattr(one, state), engine=one.engine, state=state)
        metrics.set("cache_oldest_timestamp_seconds", _epoch(one.oldest), engine=one.engine)


def _epoch(at: datetime | None) -> float:
    return 0.0 if at is None else at.timestamp()

"""``python -m bench.freshness``: of a day's reads by active users, how many find each engine's row fresh?

Real are Qdrant, Postgres, the planner, the due policy, turns, engines, commits and refresh passes, in the cycle that
the daemon runs, with the default settings and the offline model. Simulated are the users, the clock (the loop's pauses
pass at once, a call to a model takes two seconds of it, and a cycle's calls go eight at a time) and the host: it reads
all seven rows whenever a user has said something. *Fresh* is a row that has not run out and holds all messages of the
pair that were committed, but for those of the last five minutes; a bot's row must be of the last pass over bots.

Every user had a session two days before, which was read at eleven in the morning of the eve: nobody has written their
rows since, and without refresh passes they would run out during the day. Reads before anything was known are counted
apart.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from bench.freshness.day import MIDNIGHT, Said, day, eve
from bench.freshness.reads import Hits
from bench.progress import bar
from bench.report import show
from bench.seeding import create_collection, seed
from bench.stage import Stage, stage
from enrichment.adapters.postgres.pool import Database
from enrichment.app import App, open_app
from enrichment.cli.context import configure_logging
from enrichment.options import rhythm
from enrichment.reconcile.refresh import BOTS, RefreshOptions
from enrichment.settings import PostgresSettings, QdrantSettings, Settings

EXAMPLES = """\
examples:
  python -m bench.freshness
  python -m bench.freshness --users 200 --hours 6 --json
"""
COLLECTION = "freshness"
LEAST_HIT_RATE = 0.99
CALL_SECONDS = 2.0


@dataclass(slots=True)
class TurnedClock:
    """A clock that stands until it is turned."""

    at: datetime

    def now(self) -> datetime:
        """Return the simulated time."""
        return self.at

    def monotonic(self) -> float:
        """Return real seconds: they bound what one cycle may do."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let simulated time pass."""
        self.at += timedelta(seconds=seconds)


def main() -> None:
    """Print the report; exit with 1 if an engine's rows are fresh too seldom."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.freshness",
        description="Simulate a day of bursty sessions, and count the reads that find fresh rows.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--users", type=int, default=2_000, metavar="N", help="users (default: 2000)")
    parser.add_argument("--hours", type=float, default=24.0, metavar="H", help="length of the day (default: 24)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    configure_logging("console", "error")
    report = asyncio.run(measure(chosen.users, chosen.hours))
    show(report, as_json=chosen.json)
    raise SystemExit(int(report["min_hit_rate"] < LEAST_HIT_RATE))


async def measure(users: int, hours: float = 24.0) -> dict[str, Any]:
    """Simulate the eve and a day; the report's fields are in ``docs/benchmarks.md``."""
    began, load = time.monotonic(), os.getloadavg()[0]
    async with stage() as where:
        await create_collection(where.servers.qdrant_url, COLLECTION)
        async with open_app(_settings(where), trigger="daemon") as opened:
            clock = TurnedClock(MIDNIGHT - timedelta(hours=13))
            app = replace(opened, ports=replace(opened.ports, clock=clock))
            await _write(where, eve(users, MIDNIGHT - timedelta(days=2)))
            await app.cycle(asyncio.Event()).drain()
            clock.at = MIDNIGHT
            said = [each for each in day(users, MIDNIGHT, "day") if each.at < MIDNIGHT + timedelta(hours=hours)]
            simulated = _Day(where, app, clock, said)
            await simulated.live(MIDNIGHT + timedelta(hours=hours))
    return {
        "users": users,
        "hours": hours,
        "messages": len(said),
        "cycles": simulated.cycles,
        "turns": simulated.turns,
        **simulated.hits.report(),
        "seconds": round(time.monotonic() - began, 1),
        "load_before": round(load, 2),
    }


class _Day:
    """The loop, in time that is turned; what was said between two cycles is read before it is stored."""

    def __init__(self, where: Stage, app: App, clock: TurnedClock, said: Sequence[Said]) -> None:
        self._where = where
        self._app = app
        self._clock = clock
        self._said = said
        self._next = 0
        self.hits = Hits()
        self.cycles = 0
        self.turns = 0

    async def live(self, until: datetime) -> None:
        """Cycle until the day is over."""
        pauses = rhythm(self._app.settings)
        began = self._clock.now()
        with bar("living a day", round((until - began).total_seconds())) as passed:
            while self._clock.now() < until:
                await self._hear()
                cycle = self._app.cycle(asyncio.Event(), due_only=True)
                served = await cycle.once_around(time.monotonic() + pauses.replan_seconds)
                self.cycles += 1
                self.turns += cycle.tally.users
                calls = cycle.tally.batches * CALL_SECONDS / self._app.settings.model.concurrency
                await self._clock.sleep(calls + (pauses.busy_seconds if served else pauses.idle_seconds))
                passed(round((self._clock.now() - began).total_seconds()))
        await self._hear()

    async def _hear(self) -> None:
        end = self._next
        while end < len(self._said) and self._said[end].at <= self._clock.now():
            end += 1
        new, self._next = self._said[self._next : end], end
        if new:
            database = self._app.servers.database
            await self.hits.read(database, new, await _last_pass_over_bots(database))
            await _write(self._where, new)


async def _last_pass_over_bots(database: Database) -> datetime | None:
    async with database.connection() as connection:
        next_at = await connection.fetchval("select next_at from refreshes where name = $1", BOTS)
    return None if next_at is None else next_at - RefreshOptions().bots_every


async def _write(where: Stage, said: Sequence[Said]) -> None:
    await seed(where.servers.qdrant_url, COLLECTION, [each.point for each in said], len(said))


def _settings(where: Stage) -> Settings:
    return Settings(
        data_dir=where.servers.data_dir,
        qdrant=QdrantSettings(url=where.servers.qdrant_url, collections=(COLLECTION,)),
        postgres=PostgresSettings(dsn=SecretStr(where.servers.postgres_dsn)),
    )


if __name__ == "__main__":
    main()

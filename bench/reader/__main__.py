"""``python -m bench.reader``: what a full context costs, beside ``SELECT 1`` on the same connection."""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Sequence
from datetime import timedelta
from statistics import quantiles
from typing import Any

from bench.progress import bar
from bench.reader.rows import BOT, BUSY, write
from bench.report import show
from bench.stage import Stage, stage
from enrichment.adapters.postgres.pool import PoolOptions, connected
from enrichment.reader import (
    Context,
    EnrichmentReader,
    Freshness,
    ReaderEvent,
    ReaderOptions,
    WireOptions,
    build_prompt,
)
from enrichment.reader.reader import LOAD

EXAMPLES = """\
examples:
  python -m bench.reader
  python -m bench.reader --users 1000 --loads 500 --json
  python -m bench.reader --full

Users' rows are those that the engines really make of a conversation; of the users that are read, a context has all
that it can hold. Nothing is cached: each load asks the server. The figures are the best of three runs.
"""
CONNECTIONS = 100
SECONDS = 5.0
RUNS = 3
PATIENT = timedelta(seconds=30)
# What the issue of a slow reader is decided by.
MOST_P50, MOST_P99, LEAST_LOADS, MOST_PROMPT_MS = 12.0, 6.0, 800.0, 0.3


def main() -> None:
    """Print the report; exit with 1 if a bound is not kept."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.reader",
        description="Load full contexts from a database that knows very many users.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--users", type=int, default=100_000, help="users in the database (default: %(default)s)")
    parser.add_argument("--full", action="store_true", help="a million users")
    parser.add_argument("--loads", type=int, default=3_000, help="loads of one run (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    report = asyncio.run(measure(1_000_000 if chosen.full else chosen.users, chosen.loads))
    show(report, as_json=chosen.json)
    raise SystemExit(int(not keeps_bounds(report)))


def keeps_bounds(report: dict[str, Any]) -> bool:
    """Whether the reader is fast enough."""
    return bool(
        report["p50_over_select1"] <= MOST_P50
        and report["p99_over_select1"] <= MOST_P99
        and report["loads_per_second"] >= LEAST_LOADS
        and report["build_prompt_ms"] <= MOST_PROMPT_MS
    )


async def measure(users: int, loads: int, seconds: float = SECONDS) -> dict[str, Any]:
    """Return the best of three runs; the report's fields are described in ``docs/benchmarks.md``."""
    load_before = os.getloadavg()[0]
    async with stage() as where:
        dsn = where.servers.postgres_dsn
        async with connected(dsn, PoolOptions(size=1, statement_timeout=timedelta(hours=1))) as database:
            await write(database, users)
        busy = [f"user {number}" for number in range(1, min(users, BUSY) + 1)]
        runs = []
        with bar("reading", RUNS) as shown:
            for run in range(RUNS):
                runs.append(await _interleaved(dsn, busy, loads))
                shown(run + 1)
        best = min(runs, key=lambda run: run["p50_over_select1"])
        return {
            "users": users,
            **best,
            "p99_over_select1": min(run["p99_over_select1"] for run in runs),
            **await _cpu(where, dsn, busy, loads),
            "loads_per_second": max([await _at_once(dsn, busy, seconds) for _ in range(RUNS)]),
            "load_before": round(load_before, 2),
        }


async def _interleaved(dsn: str, users: Sequence[str], loads: int) -> dict[str, float]:
    """Take turns on one connection between a load and ``SELECT 1``."""
    chosen = random.Random(1)
    loading, selecting, building, sizes = [], [], [], []
    async with EnrichmentReader(dsn, _options(connections=1)) as reader:
        await _check_statements(reader, users[0])
        for _ in range(loads):
            async with reader.wire.connection() as connection:
                begun = time.perf_counter()
                await connection.fetchval("select 1")
                selecting.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            context = await reader.load(chosen.choice(users), BOT, deadline=PATIENT)
            loading.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            prompt = build_prompt("You are a friend.", context)
            building.append(time.perf_counter() - begun)
            sizes.append(len(prompt))
        assert reader.counts == {ReaderEvent.LOADED: loads + 2}, reader.counts
    p50, p99 = _percentiles(loading)
    base50, base99 = _percentiles(selecting)
    return {
        "p50_ms": round(1000 * p50, 3),
        "p99_ms": round(1000 * p99, 3),
        "select1_p50_ms": round(1000 * base50, 3),
        "select1_p99_ms": round(1000 * base99, 3),
        "p50_over_select1": round(p50 / base50, 2),
        "p99_over_select1": round(p99 / base99, 2),
        "build_prompt_ms": round(1000 * _percentiles(building)[0], 3),
        "prompt_characters": round(sum(sizes) / len(sizes)),
    }


async def _cpu(where: Stage, dsn: str, users: Sequence[str], loads: int) -> dict[str, float]:
    """Return what a load and a ``SELECT 1`` cost the processor: figures that other work on the machine spoils less."""
    chosen = random.Random(2)

    def spent() -> tuple[float, float]:
        return where.servers_cpu_seconds()["postgres"], time.process_time()

    async with EnrichmentReader(dsn, _options(connections=1)) as reader:
        await reader.load(users[0], BOT, deadline=PATIENT)
        marks = [spent()]
        for _ in range(loads):
            await reader.load(chosen.choice(users), BOT, deadline=PATIENT)
        marks.append(spent())
        async with reader.wire.connection() as connection:
            for _ in range(loads):
                await connection.fetchval("select 1")
        marks.append(spent())
    names = ("server_cpu_ms", "agent_cpu_ms"), ("select1_server_cpu_ms", "select1_agent_cpu_ms")
    return {
        name: round(1000 * (after - before) / loads, 3)
        for of, earlier, later in zip(names, marks, marks[1:], strict=False)
        for name, before, after in zip(of, earlier, later, strict=True)
    }


async def _check_statements(reader: EnrichmentReader, user: str) -> None:
    """Assert that a load is one statement, and that it brings everything."""
    sent: list[str] = []

    def hear(record: Any) -> None:  # noqa: ANN401 - the driver's
        sent.append(record.query)

    _check_everything(await reader.load(user, BOT, deadline=PATIENT))
    async with reader.wire.connection() as connection:
        connection.add_query_logger(hear)
    await reader.load(user, BOT, deadline=PATIENT)
    await asyncio.sleep(0)  # the driver tells its loggers a little later
    async with reader.wire.connection() as connection:
        connection.remove_query_logger(hear)
    assert sent == [LOAD], sent


def _check_everything(context: Context) -> None:
    states = {name: getattr(context, name).freshness for name in Context.__slots__}
    assert set(states.values()) == {Freshness.FRESH}, states
    assert context.facts.value is not None
    assert len(context.facts.value) == ReaderOptions().most_facts


async def _at_once(dsn: str, users: Sequence[str], seconds: float) -> float:
    """Return how many contexts a second a hundred connections bring."""
    async with EnrichmentReader(dsn, _options(connections=CONNECTIONS)) as reader:

        async def load(until: float, seed: int) -> None:
            chosen = random.Random(seed)
            while time.perf_counter() < until:
                await reader.load(chosen.choice(users), BOT, deadline=PATIENT)

        # Connections are made, and statements prepared, before the clock runs.
        await asyncio.gather(*(reader.load(user, BOT, deadline=PATIENT) for user in users[: 10 * CONNECTIONS]))
        before, begun = reader.counts[ReaderEvent.LOADED], time.perf_counter()
        await asyncio.gather(*(load(begun + seconds, seed) for seed in range(CONNECTIONS)))
        elapsed = time.perf_counter() - begun
        assert set(reader.counts) == {ReaderEvent.LOADED}, reader.counts
        return round((reader.counts[ReaderEvent.LOADED] - before) / elapsed, 1)


def _options(connections: int) -> ReaderOptions:
    # What notes of use cost comes once every few seconds, and once a day for each user: it is no part of a load.
    wire = WireOptions(connections=connections)
    return ReaderOptions(good_for=timedelta(0), listen=False, log_accesses=False, wire=wire)


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    cuts = quantiles(seconds, n=100)
    return cuts[49], cuts[98]


if __name__ == "__main__":
    main()

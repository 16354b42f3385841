"""Seeds a memory, merges batches into it, and lets the background pass go over some of its users."""

import os
import random
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import asyncpg

from bench.memory.batches import batch_of, digest_of
from bench.memory.rows import BEGINNING, TABLES, user
from bench.progress import bar
from bench.stage import stage
from bench.worker import peak_rss_mb
from enrichment.adapters.postgres.leases import PostgresLeases
from enrichment.adapters.postgres.maintenance import PostgresMaintenance, Retention
from enrichment.adapters.postgres.memory import PostgresMemory
from enrichment.adapters.postgres.open_batches import PostgresOpenBatches
from enrichment.adapters.postgres.pool import Database, connected
from enrichment.digest.ask import ask
from enrichment.memory.remember import remember, touched

SEED = 7
USERS_AT_ONCE = 250
_VERSION = 1
_WARM_UP = 20


class Spent(NamedTuple):
    """Time by the clock, and on this process's processor."""

    seconds: float
    cpu_seconds: float

    @classmethod
    def so_far(cls) -> "Spent":
        """Return what to subtract from a later one."""
        return cls(time.perf_counter(), time.process_time())

    def __sub__(self, other: "Spent") -> "Spent":
        """Return what was spent between two looks."""
        return Spent(self.seconds - other.seconds, self.cpu_seconds - other.cpu_seconds)


async def measure(facts: int, users: int, batches: int, maintained: int) -> dict[str, Any]:
    """Return the report; the fields are described in ``docs/benchmarks.md``."""
    of_each = facts // users
    async with stage() as where, connected(where.servers.postgres_dsn) as database:
        seeded = await _seed(where.servers.postgres_dsn, users, of_each, maintained)
        served = where.servers_cpu_seconds()["postgres"]
        merges, singles = await _merge(database, users, of_each, batches)
        served = where.servers_cpu_seconds()["postgres"] - served
        load, before = os.getloadavg()[0], peak_rss_mb()
        seconds, done = await _maintain(database)
    return {
        "facts": of_each * users,
        "users": users,
        "seed_seconds": round(seeded, 1),
        "merges": len(merges),
        **_figures("merge", [one.seconds for one in merges]),
        **_figures("select1", singles),
        "merge_cpu_ms": round(1000 * sum(one.cpu_seconds for one in merges) / len(merges), 2),
        "merge_postgres_cpu_ms": round(1000 * served / (batches + _WARM_UP), 2),
        "maintained_users": done["users"],
        "maintained_profiles": done["profiles"],
        "maintained_sessions": done["digested_sessions"],
        "maintenance_ms_per_user": round(1000 * seconds / max(done["users"], 1), 2),
        "maintenance_rss_growth_mb": round(peak_rss_mb() - before, 1),
        "load_while_merging": round(load, 2),
        "peak_rss_mb": round(peak_rss_mb(), 1),
    }


async def _seed(dsn: str, users: int, facts: int, maintained: int) -> float:
    """Copy the rows in, some users at a time; those beyond the first few are done with as far as the pass goes."""
    started = time.monotonic()
    connection = await asyncpg.connect(dsn)
    # Nobody listens to what is copied, and what is copied holds together.
    await connection.execute("set session_replication_role = replica")
    await connection.execute("set synchronous_commit = off")
    await _learn_json(connection)
    with bar("seeding", users) as show:
        for first in range(0, users, USERS_AT_ONCE):
            numbers = range(first, min(first + USERS_AT_ONCE, users))
            for table, (columns, rows) in TABLES.items():
                await connection.copy_records_to_table(table, records=rows(numbers, facts), columns=columns)
            show(numbers[-1] + 1)
    beyond = user(maintained)
    await connection.execute(
        "update user_profiles set new_messages = 0, composed_at = now() where user_id >= $1", beyond
    )
    await connection.execute(
        "update conversation_summaries set digested_revision = revision where user_id >= $1", beyond
    )
    # Not the others: of a table that was empty when it was vacuumed, the planner believes that it stays so.
    await connection.execute(f"vacuum analyze {', '.join(TABLES)}")
    await connection.close()
    return time.monotonic() - started


async def _learn_json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=lambda _: b"\x01[]", decoder=bytes.decode
    )


async def _merge(database: Database, users: int, facts: int, batches: int) -> tuple[list[Spent], list[float]]:
    """Merge batches of users at random, one by one; return what each took, and seconds of a ``SELECT 1`` after it."""
    chance = random.Random(SEED)
    merges, singles = [], []
    with bar("merging", batches + _WARM_UP) as show:
        for number in range(batches + _WARM_UP):
            merges.append(await _merge_one(database, chance.randrange(users), number, facts, chance))
            started = time.perf_counter()
            async with database.connection() as connection:
                await connection.fetchval("select 1")
            singles.append(time.perf_counter() - started)
            show(number + 1)
    return merges[_WARM_UP:], singles[_WARM_UP:]


async def _merge_one(database: Database, number: int, round_: int, facts: int, chance: random.Random) -> Spent:
    """Return what asking what is known took, and all from its answer to the end of the commit."""
    leases, memory = PostgresLeases(database, owner=uuid.uuid4()), PostgresMemory(database, pipeline_version=_VERSION)
    batch = batch_of(number, round_)
    digest = digest_of(batch, facts, chance)
    lease = await leases.claim(batch.user_id)
    assert lease is not None
    started = Spent.so_far()
    known = await memory.known(batch)
    asked = Spent.so_far()
    opened = await PostgresOpenBatches(database, pipeline_version=_VERSION).open(batch, known, ask(batch, known), lease)
    opening = Spent.so_far() - asked
    related = await memory.related(batch, touched(batch, known, digest), known)
    changes = remember(batch, known, related, digest, method="bench")
    await memory.commit(opened, changes, lease)
    spent = Spent.so_far() - started - opening
    await leases.release(lease, served=True)
    return spent


async def _maintain(database: Database) -> tuple[float, Counter[str]]:
    """Do a whole pass; return its seconds and what was done."""
    started = time.monotonic()
    total: Counter[str] = Counter()
    keeper = PostgresMaintenance(database, Retention(), owner=uuid.uuid4())
    with bar("maintaining") as show:
        while (done := await keeper.next_slice(BEGINNING + timedelta(days=60), timedelta(hours=1))) is not None:
            total += done
            show(total["users"])
    return time.monotonic() - started, total


def _figures(name: str, seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    places = {"p50": len(ordered) // 2, "p99": min(len(ordered) - 1, len(ordered) * 99 // 100)}
    return {f"{name}_{which}_ms": round(1000 * ordered[place], 2) for which, place in places.items()}

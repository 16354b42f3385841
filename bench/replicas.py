"""``python -m bench.replicas``: how much sooner is a backlog drained by two replicas than by one?"""

import argparse
import asyncio
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from bench.model_server import GoldFact, model_server_process
from bench.progress import bar
from bench.report import show
from bench.seeding import Point, create_collection, seed
from bench.stage import Stage, stage

EXAMPLES = """\
examples:
  python -m bench.replicas
  python -m bench.replicas --users 96 --latency-ms 2000 --json
"""
MESSAGES_PER_USER = 4
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# A user is handled by one replica at a time exactly if none of its calls begins before the last one has ended.
OVERLAPS = """
select count(*)
  from model_calls earlier
  join model_calls later on later.user_id = earlier.user_id and later.call_id <> earlier.call_id
                        and later.asked_at >= earlier.asked_at and later.asked_at < earlier.ended_at
"""


async def measure(users: int, latency_ms: float) -> dict[str, Any]:
    """Drain the same backlog with one replica, then with two; the report's fields are in ``docs/benchmarks.md``."""
    load = os.getloadavg()[0]
    alone = await _drained(users, latency_ms, replicas=1)
    together = await _drained(users, latency_ms, replicas=2)
    return {
        "users": users,
        "messages": users * MESSAGES_PER_USER,
        "latency_ms": latency_ms,
        "completed_alone": alone["completed"],
        "completed_together": together["completed"],
        "users_by_replica": together["users_by_replica"],
        "users_handled_by_two_at_once": together["overlaps"],
        "seconds_alone": round(alone["seconds"], 2),
        "seconds_together": round(together["seconds"], 2),
        "speedup": round(alone["seconds"] / together["seconds"], 2),
        "load_before": round(load, 2),
    }


async def _drained(users: int, latency_ms: float, *, replicas: int) -> dict[str, Any]:
    async with stage() as where:
        collection = f"replicas_{uuid.uuid4().hex[:8]}"
        await create_collection(where.servers.qdrant_url, collection)
        await seed(where.servers.qdrant_url, collection, points(users), users * MESSAGES_PER_USER)
        facts = where.folder / "facts.json"
        facts.write_text(
            json.dumps([asdict(fact(number)) for number in range(users * MESSAGES_PER_USER)]), encoding="utf-8"
        )
        with model_server_process(facts=facts, latency_ms=latency_ms) as model, bar(f"draining with {replicas}"):
            reports = await asyncio.gather(*(where.work(model_url=model.base_url) for _ in range(replicas)))
        return {
            "completed": sum(report["completed"] for report in reports),
            "users_by_replica": [report["users"] for report in reports],
            "seconds": max(report["seconds"] for report in reports),
            "overlaps": await _overlaps(where),
        }


async def _overlaps(where: Stage) -> int:
    connection = await asyncpg.connect(where.servers.postgres_dsn)
    try:
        return int(await connection.fetchval(OVERLAPS))
    finally:
        await connection.close()


def text(number: int) -> str:
    """Return what is said in one message."""
    return f"I own the lamp with the number {number}."


def fact(number: int) -> GoldFact:
    """Return what a model makes of it."""
    return GoldFact(
        messages=(text(number),), statement=f"user owns the lamp {number}.", predicate="owns", object=f"lamp {number}"
    )


def points(users: int) -> Iterator[Point]:
    """Yield a few messages of each user, a minute apart."""
    for number in range(users * MESSAGES_PER_USER):
        said_at = BEGINNING + timedelta(minutes=number // users)
        payload = {
            "user_id": f"user-{number % users}",
            "bot_name": "listener",
            "role": "user",
            "content": text(number),
            "timestamp": said_at.isoformat(),
        }
        yield Point(str(uuid.UUID(int=number + 1)), payload)


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.replicas",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--users", type=int, default=64, help="users with a backlog (default 64)")
    parser.add_argument("--latency-ms", type=float, default=2000, help="how long the model takes (default 2000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    show(asyncio.run(measure(chosen.users, chosen.latency_ms)), as_json=chosen.json)


if __name__ == "__main__":
    main()

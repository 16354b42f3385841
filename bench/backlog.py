"""``python -m bench.backlog``: how long the worker takes to see who has messages waiting, and how much memory."""

import argparse
import asyncio
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.report import show
from bench.seeding import Point, create_collection, seed
from bench.stage import stage

EXAMPLES = """\
examples:
  python -m bench.backlog --pending 200000 --users 20000
  python -m bench.backlog --pending 1000 --users 100 --json
"""
COLLECTION = "backlog"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# Neighbouring points belong to far-apart users, as in a store that many write to at once.
STRIDE = 7_919


async def measure(pending: int, users: int) -> dict[str, Any]:
    """Seed, let a worker plan, and return its report; the fields are described in ``docs/benchmarks.md``."""
    load = os.getloadavg()[0]
    async with stage() as where:
        await create_collection(where.servers.qdrant_url, COLLECTION)
        await seed(where.servers.qdrant_url, COLLECTION, points(pending, users), pending)
        before = where.servers_cpu_seconds()
        report = await where.work("--plan-only")
        servers = {name: spent - before[name] for name, spent in where.servers_cpu_seconds().items()}
    return {
        "pending": pending,
        "users": users,
        "planned_messages": report["messages"],
        "planned_users": report["users"],
        "plan_seconds": round(report["plan_seconds"], 3),
        "plan_cpu_seconds": round(report["plan_cpu_seconds"], 3),
        **{f"{name}_cpu_seconds": round(spent, 3) for name, spent in servers.items()},
        "peak_rss_mb": round(report["peak_rss_mb"], 1),
        "scan_pages": report["scan_pages"],
        "load_before": round(load, 2),
    }


def points(pending: int, users: int) -> Iterator[Point]:
    """Yield messages, spread evenly over the users, a second apart."""
    for number in range(pending):
        payload = {
            "user_id": f"user-{number * STRIDE % users:06}",
            "bot_name": "listener",
            "role": "user",
            "content": f"message {number}",
            "timestamp": (BEGINNING + timedelta(seconds=number)).isoformat(),
            "message_id": str(number),
        }
        # Random ids, as agents use them: the scan's order has nothing to do with time.
        yield Point(str(uuid.uuid4()), payload)


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.backlog",
        description="Plan over pending messages of many users on the embedded engine.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pending", type=int, default=200_000, metavar="N", help="messages (default: 200000)")
    parser.add_argument("--users", type=int, default=20_000, metavar="N", help="users (default: 20000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    show(asyncio.run(measure(chosen.pending, chosen.users)), as_json=chosen.json)


if __name__ == "__main__":
    main()

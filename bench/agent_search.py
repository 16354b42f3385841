"""``python -m bench.agent_search``: does the agent notice, in its own searches, that the worker is draining?"""

import argparse
import asyncio
import json
import os
import random
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

from qdrant_client import AsyncQdrantClient
from qdrant_client.http import models

from bench.model_server import GoldFact, RemoteModelServer, model_server_process
from bench.model_server.embeddings import embed
from bench.progress import bar
from bench.report import show
from bench.seeding import Point, create_collection, seed
from bench.stage import stage

EXAMPLES = """\
examples:
  python -m bench.agent_search
  python -m bench.agent_search --pending 2000 --history 20000 --json
"""
COLLECTION = "agent"
DIMENSIONS = 128
USERS = 40
LATENCY_MS = 100.0
PAUSE_SECONDS = 0.01
RESULTS = 10
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


async def measure(pending: int, history: int, quiet: int = 300) -> dict[str, Any]:
    """Search before, during and after a drain; the report's fields are described in ``docs/benchmarks.md``."""
    load = os.getloadavg()[0]
    async with stage() as where:
        url, facts = where.servers.qdrant_url, where.folder / "facts.json"
        facts.write_text(json.dumps([asdict(fact(number)) for number in range(0, pending, 2)]), encoding="utf-8")
        await create_collection(url, COLLECTION, DIMENSIONS)
        await seed(url, COLLECTION, points(pending, history), pending + history)
        client = AsyncQdrantClient(url=url)
        try:
            agent = Agent(client)
            with model_server_process(facts=facts, latency_ms=LATENCY_MS) as model:
                without = await agent.searches(quiet)
                drain = asyncio.create_task(where.work(model_url=model.base_url))
                during = await agent.searches_during(drain, model)
                report = await drain
                without += await agent.searches(quiet)
                assert len(during) > 1, "the drain was over at once: give it more to do (--pending)"
        finally:
            await client.close()
    return {
        "pending": pending,
        "points": pending + history,
        "completed": report["completed"],
        "drain_seconds": report["seconds"],
        **compared(without, during),
        "load_before": round(load, 2),
    }


class Agent:
    """Searches one user's messages by meaning, as a chat agent does before it answers."""

    def __init__(self, client: AsyncQdrantClient) -> None:
        self._client = client
        self._random = random.Random(1)

    async def searches(self, count: int) -> list[float]:
        """Search so many times and return how long each took, in seconds."""
        return [await self._search() for _ in range(count)]

    async def searches_during(self, drain: "asyncio.Task[dict[str, Any]]", model: RemoteModelServer) -> list[float]:
        """Search from the drain's first model call to its end."""
        with bar("searching during a drain"):
            while not drain.done() and not (await asyncio.to_thread(model.stats))["calls"]:  # noqa: ASYNC110 - over HTTP
                await asyncio.sleep(PAUSE_SECONDS)
            taken: list[float] = []
            while not drain.done():
                taken.append(await self._search())
        return taken

    async def _search(self) -> float:
        number = self._random.randrange(USERS)
        mine = models.FieldCondition(key="user_id", match=models.MatchValue(value=f"user-{number}"))
        query = embed(text(self._random.randrange(10_000)), DIMENSIONS)
        began = time.perf_counter()
        await self._client.query_points(
            COLLECTION, query=query, query_filter=models.Filter(must=[mine]), limit=RESULTS, with_payload=True
        )
        taken = time.perf_counter() - began
        await asyncio.sleep(PAUSE_SECONDS)
        return taken


def compared(quiet: Sequence[float], busy: Sequence[float]) -> dict[str, float]:
    """Return median and 99th percentile of both, in milliseconds, and the ratio of busy to quiet."""
    (quiet_p50, quiet_p99), (busy_p50, busy_p99) = _percentiles(quiet), _percentiles(busy)
    return {
        "searches_quiet": len(quiet),
        "searches_draining": len(busy),
        "p50_ms_quiet": round(1000 * quiet_p50, 2),
        "p50_ms_draining": round(1000 * busy_p50, 2),
        "p50_ratio": round(busy_p50 / quiet_p50, 2),
        "p99_ms_quiet": round(1000 * quiet_p99, 2),
        "p99_ms_draining": round(1000 * busy_p99, 2),
        "p99_ratio": round(busy_p99 / quiet_p99, 2),
    }


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[98]


def points(pending: int, history: int) -> Iterator[Point]:
    """Yield pending messages and older ones that were read long ago, spread evenly over the users."""
    for number in range(pending + history):
        payload = {
            "user_id": f"user-{number % USERS}",
            "bot_name": "listener",
            "role": "user",
            "content": text(number),
            "timestamp": (BEGINNING - timedelta(seconds=number)).isoformat(),
            "message_id": str(number),
        }
        status = "pending" if number < pending else "completed"
        yield Point(str(uuid.uuid4()), payload, embed(text(number), DIMENSIONS), status)


def text(number: int) -> str:
    """Return the words of a message; each has its own."""
    return f"I painted lantern {number} for house {number % 97}, it took {number % 11} evenings in the old workshop."


def fact(number: int) -> GoldFact:
    """Return what the model finds in a message."""
    return GoldFact(
        messages=(text(number),),
        statement=f"User painted lantern {number} for house {number % 97}.",
        predicate="painted",
        object=f"lantern {number}",
    )


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.agent_search",
        description="Time the agent's searches (by vector, filtered by user) with and without a drain going on.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pending", type=int, default=10_000, metavar="N", help="messages to drain (default: 10000)")
    parser.add_argument("--history", type=int, default=20_000, metavar="N", help="messages beside (default: 20000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    show(asyncio.run(measure(chosen.pending, chosen.history)), as_json=chosen.json)


if __name__ == "__main__":
    main()

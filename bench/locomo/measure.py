"""The course of the bench: deliver, drain, drain again with nothing new, deliver again, drain."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import asyncpg

from bench.locomo import memory
from bench.locomo.conversation import Conversation
from bench.locomo.delivery import gold_facts, points, user_ids
from bench.locomo.figures import Drain, cost, gold, ideal_seconds, ratio
from bench.model_server import RemoteModelServer, model_server_process
from bench.seeding import create_collection, seed
from bench.stage import Stage, stage

COLLECTION = "locomo"


async def measure(conversation: Conversation, *, users: int = 1, latency_seconds: float = 0) -> dict[str, Any]:
    """Run the bench and return its report; the fields are described in ``docs/benchmarks.md``."""
    names = user_ids(conversation, users)
    messages = len(conversation.turns) * users
    async with stage() as where:
        facts = where.folder / "facts.json"
        facts.write_text(json.dumps(gold_facts(conversation)), encoding="utf-8")
        with model_server_process(facts=facts, latency_ms=1000 * latency_seconds) as model:
            database = await asyncpg.connect(where.servers.postgres_dsn)
            try:
                bench = _Bench(where, model, database)
                await create_collection(where.servers.qdrant_url, COLLECTION)
                await seed(where.servers.qdrant_url, COLLECTION, points(conversation, names, 1), messages)
                first = await bench.drain("reading", messages)
                calls = await memory.calls_by_user(database)
                given = {int(place): times for place, times in model.stats()["facts_given"].items()}
                became = gold(conversation, names, given, await memory.held(database))
                before = await memory.rows(database)
                idle = await bench.drain("nothing new", 0)
                await seed(where.servers.qdrant_url, COLLECTION, points(conversation, names, 2), messages)
                second = await bench.drain("second delivery", messages)
                added = await memory.rows(database) - before
            finally:
                await database.close()
    said = {one["statement"] for one in first.report["refusals"]}
    ideal = ideal_seconds(calls, latency_seconds, first.report["concurrency"])
    return {
        "sample": conversation.sample_id,
        "users": users,
        "latency_ms": 1000 * latency_seconds,
        "messages": messages,
        "completed": first.report["completed"],
        **cost(messages, first),
        "peak_rss_mb": round(first.report["peak_rss_mb"], 1),
        "wall_seconds": first.report["seconds"],
        "ideal_seconds": ideal,
        "wall_over_ideal": ratio(first.report["seconds"], ideal),
        "observations": len(conversation.observations) * users,
        "observations_unresolved": conversation.unresolved * users,
        "observations_not_given": became.not_given,
        "facts_given": became.given,
        "facts_kept": became.kept,
        "kept_share": ratio(became.kept, became.given),
        "refused": dict(Counter(one["reason"] for one in first.report["refusals"]).most_common()),
        "idle_calls": idle.calls,
        "idle_cpu_ms": round(1000 * idle.report["cpu_seconds"], 1),
        "second_delivery_rows": added,
        "second_delivery_calls": second.calls,
        "second_delivery_skipped": second.report["skipped"],
        "second_delivery_pending": second.report["pending_left"],
        "second_delivery_cpu_ms_per_message": ratio(1000 * second.report["cpu_seconds"], messages),
        "refusals": first.report["refusals"],
        "missing": [
            {"user_id": user_id, "statement": statement}
            for user_id, statement in became.missing
            if statement not in said
        ],
    }


class _Bench:
    """The servers of one measurement."""

    def __init__(self, where: Stage, model: RemoteModelServer, database: asyncpg.Connection) -> None:
        self._where = where
        self._model = model
        self._database = database

    async def drain(self, what: str, messages: int) -> Drain:
        """Let a worker drain what is pending."""
        counted, spent = self._model.stats(), self._where.servers_cpu_seconds()
        async with memory.watched(self._database, what, messages):
            report = await self._where.work(model_url=self._model.base_url)
        after = self._model.stats()
        return Drain(
            report=report,
            calls=after["calls"] - counted["calls"],
            prompt_tokens=after["prompt_tokens"] - counted["prompt_tokens"],
            completion_tokens=after["completion_tokens"] - counted["completion_tokens"],
            servers_cpu_seconds=_less(self._where.servers_cpu_seconds(), spent),
        )


def _less(after: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    return {name: seconds - before[name] for name, seconds in after.items()}

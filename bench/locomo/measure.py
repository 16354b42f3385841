"""The course of the bench: deliver, drain, drain again with nothing new, deliver again, drain."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from bench.locomo import memory
from bench.locomo.conversation import Conversation
from bench.locomo.delivery import gold_facts, points, user_ids
from bench.locomo.figures import Course, Drain, gold
from bench.locomo.report import reported
from bench.model_server import RemoteModelServer, model_server_process
from bench.seeding import create_collection, seed
from bench.stage import Stage, stage

COLLECTION = "locomo"


async def measure(
    conversation: Conversation,
    *,
    users: int = 1,
    latency_seconds: float = 0,
    settings: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Run the bench and return its report; the fields are described in ``docs/benchmarks.md``.

    ``settings`` are the worker's, as variables of its environment.
    """
    names, load = user_ids(conversation, users), os.getloadavg()[0]
    messages = len(conversation.turns) * users
    async with _opened(conversation, latency_seconds, settings or {}) as bench:
        await bench.seed(conversation, names, 1)
        first = await bench.drain("reading", messages)
        calls = await memory.calls_by_user(bench.database)
        became = gold(conversation, names, bench.given(), await memory.held(bench.database))
        rows = await memory.rows(bench.database)
        idle = await bench.drain("nothing new", 0)
        await bench.seed(conversation, names, 2)
        second = await bench.drain("second delivery", messages)
        course = Course(
            messages=messages,
            users=users,
            latency_seconds=latency_seconds,
            load_before=load,
            first=first,
            calls_by_user=calls,
            gold=became,
            idle=idle,
            second=second,
            second_rows=await memory.rows(bench.database) - rows,
        )
    return reported(conversation, course)


class _Bench:
    """The servers of one measurement."""

    def __init__(
        self, where: Stage, model: RemoteModelServer, database: asyncpg.Connection, settings: Mapping[str, str]
    ) -> None:
        self.database = database
        self._where = where
        self._model = model
        self._settings = settings

    async def seed(self, conversation: Conversation, names: tuple[str, ...], delivery: int) -> None:
        """Write a delivery as pending points."""
        total = len(conversation.turns) * len(names)
        await seed(self._where.servers.qdrant_url, COLLECTION, points(conversation, names, delivery), total)

    async def drain(self, what: str, messages: int) -> Drain:
        """Let a worker drain what is pending."""
        counted, spent = self._model.stats(), self._where.servers_cpu_seconds()
        async with memory.watched(self.database, what, messages):
            report = await self._where.work(model_url=self._model.base_url, settings=self._settings)
        after = self._model.stats()
        return Drain(
            report=report,
            calls=after["calls"] - counted["calls"],
            prompt_tokens=after["prompt_tokens"] - counted["prompt_tokens"],
            discounted_tokens=after["discounted_tokens"] - counted["discounted_tokens"],
            shown_tokens={
                kind: tokens - counted["shown_tokens"].get(kind, 0) for kind, tokens in after["shown_tokens"].items()
            },
            completion_tokens=after["completion_tokens"] - counted["completion_tokens"],
            servers_cpu_seconds=_less(self._where.servers_cpu_seconds(), spent),
        )

    def given(self) -> dict[int, int]:
        """Return how often each observation was in an answer, by its place."""
        return {int(place): times for place, times in self._model.stats()["facts_given"].items()}


@asynccontextmanager
async def _opened(
    conversation: Conversation, latency_seconds: float, settings: Mapping[str, str]
) -> AsyncIterator[_Bench]:
    async with stage() as where:
        facts = where.folder / "facts.json"
        facts.write_text(json.dumps(gold_facts(conversation)), encoding="utf-8")
        await create_collection(where.servers.qdrant_url, COLLECTION)
        with model_server_process(facts=facts, latency_ms=1000 * latency_seconds) as model:
            database = await asyncpg.connect(where.servers.postgres_dsn)
            try:
                yield _Bench(where, model, database, settings)
            finally:
                await database.close()


def _less(after: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    return {name: seconds - before[name] for name, seconds in after.items()}

"""Runs and their reports, and what hosts read of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

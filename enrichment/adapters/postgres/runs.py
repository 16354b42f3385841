"""Runs and their reports, and what hosts read of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query

# A run every minute is forgotten after a week, a rarer one after a season; deaths are evidence for as long.
KEPT = timedelta(days=90)
MOST_KEPT = 10_000


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
        """Write that a run began, and forget those of long ago."""
        async with self._database.connection() as connection:
            await connection.execute(query("prune_runs"), KEPT, MOST_KEPT - 1)
            await connection.execute(query("start_run"), run_id, trigger, owner)

    async def progress(self, run_id: uuid.UUID, report: Mapping[str, Any]) -> None:
        """Write what it has done so far, as JSON."""
        async with self._database.connection() as connection:
            await connection.execute(query("progress_run"), run_id, report)

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

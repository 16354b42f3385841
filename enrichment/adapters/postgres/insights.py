"""Insights as users see and judge them: what they confirm or reject stays so, however often a profile is composed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.retraction import take_user
from enrichment.domain.feedback import InsightVerdict


async def insights_of(database: Database, user_id: str) -> Sequence[Mapping[str, Any]]:
    """Return all insights of a user by bot and scope, those that are not shown too, by ``state``."""
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch(query("insights_of_user"), user_id)]


async def judge(
    database: Database, user_id: str, insight_id: uuid.UUID, verdict: InsightVerdict
) -> Mapping[str, Any] | None:
    """Confirm or reject an insight, for good or until the next verdict; return it, None if it is gone meanwhile."""

    async def work(connection: Connection) -> Mapping[str, Any] | None:
        await take_user(connection, user_id)
        row = await connection.fetchrow(query("judge_insight"), user_id, insight_id, verdict)
        return None if row is None else dict(row)

    return await database.transact(work)

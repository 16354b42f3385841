"""The trail of what was asked for on the admin page; of users it knows a hash."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query


class PostgresAudit:
    """Writes what is asked for before it is done, and what came of it afterwards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, asked_by: str, action: str, user_id: str | None, about: str | None) -> uuid.UUID:
        """Write that somebody asks for an action; return its id."""
        async with self._database.connection() as connection:
            begun: uuid.UUID = await connection.fetchval(query("begin_action"), asked_by, action, _hash(user_id), about)
        return begun

    async def end(self, action_id: uuid.UUID, outcome: str, counts: Mapping[str, int]) -> None:
        """Write whether it was ``done``, came to ``nothing`` or ``failed``, with its counts."""
        async with self._database.connection() as connection:
            await connection.execute(query("end_action"), action_id, outcome, dict(counts))

    async def recent(self, user_id: str | None, limit: int, offset: int) -> Sequence[Mapping[str, Any]]:
        """Return what was asked for, the latest first; rows of ``recent_actions.sql``."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("recent_actions"), _hash(user_id), limit, offset)
        return [dict(row) for row in rows]


def _hash(user_id: str | None) -> bytes | None:
    return None if user_id is None else hashlib.sha256(user_id.encode()).digest()

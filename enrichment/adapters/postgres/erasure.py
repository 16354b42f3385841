"""Erases a user: one transaction that takes the lease, leaves a tombstone and deletes everything else."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an erasure did: rows deleted by table, and points said after ``erased_before`` that will be read again.

    ``user_hash`` is the SHA-256 of the user id, which is all that is kept beside the time.
    """

    user_hash: bytes
    erased_before: datetime
    rows: Mapping[str, int]
    read_again: int

    @property
    def total(self) -> int:
        """All rows that were deleted."""
        return sum(self.rows.values())


async def erase(database: Database, user_id: str, before: datetime | None = None) -> Receipt:
    """Delete everything of a user; messages said until ``before`` (None: now) will never be read again.

    A batch under way cannot be committed any more. Doing it twice is harmless; a tombstone only moves forward.
    """

    async def work(connection: Connection) -> Receipt:
        done = await connection.fetchval(query("erase_user"), user_id, before)
        return Receipt(
            user_hash=hashlib.sha256(user_id.encode()).digest(),
            erased_before=datetime.fromisoformat(done["erased_before"]),
            rows=done["rows"],
            read_again=done["read_again"],
        )

    return await database.transact(work)


async def holdings(database: Database, user_id: str) -> Mapping[str, int]:
    """Return how many rows of a user each table holds: what an erasure would delete now."""
    async with database.connection() as connection:
        counts = {}
        for table in await personal_tables(connection):
            counts[table] = await connection.fetchval(f"select count(*) from {table} where user_id = $1", user_id)  # noqa: S608 - a name of the schema's own
    return counts


async def personal_tables(connection: Connection) -> list[str]:
    """Return the tables that hold rows of users, by name."""
    return [row["name"] for row in await connection.fetch(query("personal_tables"))]

"""Who works for whom: one row a user, a fence that only rises, and the database's clock."""

import uuid
from datetime import timedelta

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.errors import LeaseLost, UserErased
from enrichment.ports import Lease

_SHORTEST = timedelta(seconds=2)


class PostgresLeases:
    """``ports.Leases``; ``owner`` is drawn by each process at its start, so that no two are ever the same."""

    def __init__(self, database: Database, *, owner: uuid.UUID, length: timedelta = timedelta(seconds=60)) -> None:
        if length < _SHORTEST:
            raise ValueError(f"a lease of {length} is shorter than {_SHORTEST}")
        self._database = database
        self._owner = owner
        self._length = length

    async def claim(self, user_id: str) -> Lease | None:
        async with self._database.connection() as connection:
            fence = await connection.fetchval(query("claim"), user_id, self._owner, self._length)
            if fence is None:
                fence = await connection.fetchval(query("claim_new"), user_id, self._owner, self._length)
        return None if fence is None else Lease(user_id=user_id, owner=self._owner, fence=fence)

    async def renew(self, lease: Lease) -> None:
        async with self._database.connection() as connection:
            fence = await connection.fetchval(query("renew"), lease.user_id, lease.owner, lease.fence, self._length)
            if fence is None:
                raise await lost(connection, lease.user_id)

    async def release(self, lease: Lease, *, served: bool) -> None:
        async with self._database.connection() as connection:
            await connection.execute(query("release"), lease.user_id, lease.owner, lease.fence, served)


async def hold(connection: Connection, lease: Lease) -> None:
    """Lock the lease until the transaction ends, and bind the transaction to its user.

    Raises ``LeaseLost`` if it is no longer ours or has run out, ``UserErased`` if it has gone with everything else.
    """
    held = await connection.fetchval(query("hold"), lease.user_id, lease.owner, lease.fence)
    if not held:
        raise await lost(connection, lease.user_id)


async def lost(connection: Connection, user_id: str) -> LeaseLost | UserErased:
    """Return what it means that a lease is not there any more."""
    if await connection.fetchval(query("is_leased"), user_id):
        return LeaseLost("the lease has run out or has gone to somebody else")
    return UserErased("the user was erased meanwhile")

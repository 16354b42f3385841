"""Breaks the fence: whoever held the user once may write for ever."""

from enrichment.adapters.postgres import commit, history, open_batches
from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.ports import Lease


async def _hold(connection: Connection, lease: Lease) -> None:
    await connection.execute(query("bind_user"), lease.user_id)
    await connection.execute("select from users where user_id = $1 for update", lease.user_id)


for _module in (commit, history, open_batches):
    _module.hold = _hold  # type: ignore[attr-defined]  # imported there by name

"""Profiles for people: to read them, to compose them on request, to find users by accounts, and to name an account."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.profiles import compose_all
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.retraction import take_user
from enrichment.adapters.postgres.signals import write_signals
from enrichment.digest.observed import account
from enrichment.domain.ids import derived_uuid
from enrichment.domain.profile import Owner, SignalKey, SignalKind, Witness

_INSIGHTS, _DIGESTS = 200, 60
# Who runs the agent knows an account from its platform: surer than a user's word, and no less than that of two.
_GIVEN = 0.95
_GIVEN_QUOTE = "given by the operator"


async def shown_profiles(database: Database, user_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return ``profiles``, confirmed ``insights`` and the latest ``digests`` of a user, by bot and scope."""
    async with database.connection() as connection:
        profiles = await connection.fetch(query("shown_profiles"), user_id)
        insights = await connection.fetch(query("shown_insights"), user_id, _INSIGHTS)
        digests = await connection.fetch(query("shown_digests"), user_id, _DIGESTS)
    rows = {"profiles": profiles, "insights": insights, "digests": digests}
    return {name: [dict(row) for row in found] for name, found in rows.items()}


async def refresh(database: Database, user_id: str) -> int:
    """Compose all profiles of a user now; return how many there are."""

    async def work(connection: Connection) -> int:
        await take_user(connection, user_id)
        return await compose_all(connection, user_id)

    return await database.transact(work)


async def users_of(database: Database, platform: str, handle: str) -> Sequence[Mapping[str, Any]]:
    """Return whose account it is: ``user_id``, ``confidence`` from 0 to 1, ``last_at``; the surest first."""
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch(query("users_of_account"), account(platform, handle))]


async def name_account(database: Database, user_id: str, platform: str, handle: str, at: datetime) -> None:
    """Note that an account is a user's, with every bot that knows them."""
    name = account(platform, handle)
    witness = Witness(
        identity=derived_uuid("account", user_id, name).bytes,
        name=name,
        value=handle.lstrip("@"),
        quote=_GIVEN_QUOTE,
        weight=_GIVEN,
        said_at=at,
    )

    async def work(connection: Connection) -> None:
        await take_user(connection, user_id)
        rows = await connection.fetch(query("shown_profiles"), user_id)
        for bot_name in sorted({row["bot_name"] for row in rows} or {""}):
            told = {SignalKey(SignalKind.IDENTITY, "", name): [witness]}
            await write_signals(connection, Owner(user_id, bot_name, ""), told, (), None)
        await compose_all(connection, user_id)

    await database.transact(work)

"""What is known of one user as one bot may hear it: for an agent that shows it, and for what a user says of it."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.portraits import shown_profiles
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.rows import fact_of
from enrichment.domain.facts import Fact

MOST: Final = 1000


async def known_user(database: Database, user_id: str, bot: str | None) -> Mapping[str, Any]:
    """Return ``facts`` with their evidence, ``summaries``, ``profiles``, ``insights`` and ``digests`` as rows.

    Those of one bot (of all where bots share; None: of all). ``is_whole`` tells whether there were at most ``MOST``
    facts and summaries.
    """
    async with database.snapshot() as connection:
        heard_by = None if await connection.fetchval(query("bots_share")) else bot
        facts = await connection.fetch(query("known_facts"), user_id, heard_by, MOST + 1)
        summaries = await connection.fetch(query("known_summaries"), user_id, heard_by, MOST + 1)
    derived = {
        name: [row for row in rows if heard_by in (None, row["bot_name"])]
        for name, rows in (await shown_profiles(database, user_id)).items()
    }
    return {
        "facts": [dict(row) for row in facts[:MOST]],
        "summaries": [dict(row) for row in summaries[:MOST]],
        "is_whole": max(len(facts), len(summaries)) <= MOST,
        **derived,
    }


async def fact_heard_by(database: Database, user_id: str, fact_id: uuid.UUID, bot: str | None) -> Fact | None:
    """Return a user's fact if that bot (None: anybody) may hear of it."""
    async with database.connection() as connection:
        row = await connection.fetchrow(query("fact_heard_by"), user_id, fact_id, bot)
    return None if row is None else fact_of(row)

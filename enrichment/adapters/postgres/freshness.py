"""How fresh the engines' rows are that a host would be served now, over all pairs that are active."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from enrichment.adapters.postgres.pool import Database
from enrichment.engines.frame import AnyEngine

# Who has said something within a month is active, as for the pass that keeps rows fresh.
_PAIRS: Final = """
select count(*) filter (where c.expires_at > now() and not p.behind) as fresh,
       count(*) filter (where c.expires_at > now() and p.behind) as behind,
       count(*) filter (where c.expires_at <= now()) as expired,
       count(*) filter (where c.bot_name is null) as absent,
       min(c.computed_at) filter (where c.expires_at > now()) as oldest
  from ({active}) p
  left join {table} c using ({key})
"""
_ACTIVE: Final = {
    "user_id, bot_name": """
        select user_id, bot_name, unreported > 0 or invalid_since is not null as behind
          from engine_pairs where last_message_at > now() - interval '30 days'""",
    # What a bot's pairs add up to is summed by a pass of its own: a message more or less is not missing there.
    "bot_name": """
        select bot_name, false as behind
          from engine_pairs where last_message_at > now() - interval '30 days' group by bot_name""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Of one engine: rows that are ``fresh``, lack messages, have run out, or are not there.

    ``oldest`` is when the oldest row was made that has not run out; None if there is none.
    """

    engine: str
    fresh: int
    behind: int
    expired: int
    absent: int
    oldest: datetime | None


async def freshness(database: Database, engines: Iterable[AnyEngine]) -> list[Freshness]:
    """Count them; engines that write one table together share its figures."""
    engines = tuple(engines)
    whose = {each.row.TABLE: "user_id, bot_name" if "user_id" in each.row.KEY else "bot_name" for each in engines}
    async with database.connection() as connection:
        counted = {
            table: await connection.fetchrow(_PAIRS.format(active=_ACTIVE[key], table=table, key=key))
            for table, key in whose.items()
        }
    return [Freshness(engine=engine.name, **dict(counted[engine.row.TABLE] or {})) for engine in engines]

"""What the admin page may look at and do, put together from the adapters and from what commands do."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice

from enrichment.adapters.postgres.engine_rows import engine_rows
from enrichment.adapters.postgres.learnt import learnt
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.portraits import shown_profiles, users_of
from enrichment.adapters.postgres.provenance import provenance
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.rights import PostgresRights, find_facts
from enrichment.app.worker import PIPELINE_VERSION, App
from enrichment.engines.registry import ENGINES
from enrichment.settings import WebSettings
from enrichment.web.admin.access import Access
from enrichment.web.admin.ports import Person, Row

MOST_FACTS = 500
MOST_FOUND = 50
MOST_SUMMARIES = 50


def access_of(web: WebSettings) -> Access:
    """Return who may come in, as the settings say."""
    return Access(token=web.token.get_secret_value() if web.token else None)


def administration(app: App) -> "PostgresPeople":
    """Return the ports of the admin page."""
    return PostgresPeople(app.servers.database)


@dataclass(frozen=True, slots=True)
class PostgresPeople:
    """``ports.People``."""

    database: Database

    async def search(self, words: str) -> Sequence[Row]:
        platform, _, handle = words.partition(":")
        owners = await users_of(self.database, platform, handle) if handle else ()
        async with self.database.connection() as connection:
            found = await connection.fetch(
                query("search_users"), f"%{_literally(words)}%", [row["user_id"] for row in owners], MOST_FOUND
            )
        return [dict(row) for row in found]

    async def person(self, user_id: str) -> Person:
        known = await learnt(self.database, user_id)
        profiles = await shown_profiles(self.database, user_id)
        rights = PostgresRights(self.database, pipeline_version=PIPELINE_VERSION)
        erased_before, opted_out_since = await rights.wishes(user_id)
        return Person(
            user_id=user_id,
            facts=[asdict(fact) for fact in known.facts[:MOST_FACTS]],
            has_more_facts=len(known.facts) > MOST_FACTS,
            profiles=profiles["profiles"],
            insights=profiles["insights"],
            summaries=[asdict(one) for one in islice(reversed(known.summaries), MOST_SUMMARIES)],
            rules=await rights.rules(user_id),
            engine_rows=await engine_rows(self.database, ENGINES, user_id),
            erased_before=erased_before,
            opted_out_since=opted_out_since,
        )

    async def explain(self, user_id: str, fact_id: uuid.UUID) -> Row | None:
        found = await find_facts(self.database, str(fact_id), user_id)
        if not found:
            return None
        told = await provenance(self.database, found[0])
        return {name: getattr(told, name) for name in ("fact", "evidence", "merges", "feedback", "successor", "ended")}


def _literally(words: str) -> str:
    """Return words as a pattern that means just them."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

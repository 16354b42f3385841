"""What the admin page looks at: the work as a whole, users, and who asked for what."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from enrichment.adapters.postgres import bot_rows, overseen
from enrichment.adapters.postgres.audit import PostgresAudit
from enrichment.adapters.postgres.engine_rows import engine_rows
from enrichment.adapters.postgres.learnt import LIMIT, learnt
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.portraits import shown_profiles, users_of
from enrichment.adapters.postgres.provenance import provenance
from enrichment.adapters.postgres.rights import PostgresRights, find_facts
from enrichment.adapters.postgres.standing import standing
from enrichment.app.worker import PIPELINE_VERSION
from enrichment.engines.character_performance import ENGINE as PERFORMANCE
from enrichment.engines.registry import ENGINES
from enrichment.web.admin.ports import Action, Bot, Listed, Person, Row

PAGE = 50
MOST_FOUND = 50
MOST_SUMMARIES = 50


async def listed(fetch: Callable[[int, int], Awaitable[Sequence[Row]]], number: int) -> Listed:
    """Return a page of what ``fetch(limit, offset)`` returns, from 1."""
    rows = await fetch(PAGE + 1, PAGE * (number - 1))
    return Listed(rows=rows[:PAGE], number=number, has_more=len(rows) > PAGE)


@dataclass(frozen=True, slots=True)
class AppOversight:
    """``ports.Oversight``; ``day_usd`` is the day's budget, None without one."""

    database: Database
    day_usd: Decimal | None

    async def standing(self) -> Row:
        found = await standing(self.database)
        # Nobody has asked today: all of it is left.
        left = self.day_usd if found.left_today_usd is None else found.left_today_usd
        now = asdict(replace(found, left_today_usd=left))
        return {**now, "day_usd": self.day_usd, **await overseen.throughput(self.database)}

    async def runs(self, number: int) -> Listed:
        return await listed(lambda limit, offset: overseen.recent_runs(self.database, limit, offset), number)

    async def calls(self, user_id: str | None, number: int) -> Listed:
        return await listed(lambda limit, offset: overseen.recent_calls(self.database, user_id, limit, offset), number)


@dataclass(frozen=True, slots=True)
class AppPeople:
    """``ports.People``."""

    database: Database

    async def search(self, words: str) -> Sequence[Row]:
        platform, _, handle = words.partition(":")
        owners = [row["user_id"] for row in await users_of(self.database, platform, handle)] if handle else []
        return await overseen.search_users(self.database, words, owners, MOST_FOUND)

    async def person(self, user_id: str) -> Person:
        known = await learnt(self.database, user_id)
        profiles = await shown_profiles(self.database, user_id)
        rights = PostgresRights(self.database, pipeline_version=PIPELINE_VERSION)
        erased_before, opted_out_since = await rights.wishes(user_id)
        return Person(
            user_id=user_id,
            facts=[asdict(fact) for fact in known.facts],
            has_more_facts=len(known.facts) >= LIMIT,
            profiles=profiles["profiles"],
            insights=profiles["insights"],
            summaries=[asdict(one) for one in known.summaries[-MOST_SUMMARIES:][::-1]],
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


@dataclass(frozen=True, slots=True)
class AppBots:
    """``ports.Bots``."""

    database: Database

    async def every(self) -> Sequence[Row]:
        return await bot_rows.known_bots(self.database, PERFORMANCE)

    async def bot(self, bot_name: str) -> Bot:
        return Bot(
            row=await bot_rows.bot_row(self.database, PERFORMANCE, bot_name),
            sums=await bot_rows.bot_sums(self.database, PERFORMANCE, bot_name),
        )


@dataclass(frozen=True, slots=True)
class AppTrail:
    """``ports.Trail``."""

    database: Database

    async def begin(self, asked_by: str, action: Action, user_id: str | None, about: str | None) -> uuid.UUID:
        return await PostgresAudit(self.database).begin(asked_by, action.value, user_id, about)

    async def end(self, action_id: uuid.UUID, outcome: str, counts: Mapping[str, int]) -> None:
        await PostgresAudit(self.database).end(action_id, outcome, counts)

    async def page(self, user_id: str | None, number: int) -> Listed:
        audit = PostgresAudit(self.database)
        return await listed(lambda limit, offset: audit.recent(user_id, limit, offset), number)

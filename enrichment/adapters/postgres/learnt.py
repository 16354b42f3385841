"""What is known of a user, for people to read: facts with a quote, and session summaries."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query

LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntFact:
    """A fact with its oldest quote; ``confidence`` from 0 to 1.

    When it happened, or is to happen, is half-open, with the granularity in which it was said; all None: nobody said.
    """

    fact_id: uuid.UUID
    bot_name: str
    category: str
    statement: str
    state: str
    confidence: float
    valid_from: datetime
    valid_until: datetime | None
    occurred_from: datetime | None
    occurred_until: datetime | None
    granularity: str | None
    quote: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntSummary:
    """A session's summary as it stands."""

    bot_name: str
    title: str
    text: str
    started_at: datetime
    messages: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """Everything shown of one user, at most ``LIMIT`` facts and summaries each."""

    user_id: str
    facts: tuple[LearntFact, ...]
    summaries: tuple[LearntSummary, ...]


async def learnt(database: Database, user_id: str) -> Learnt:
    """Return what is known of one user."""
    async with database.connection() as connection:
        facts = await connection.fetch(query("learnt_facts"), user_id, LIMIT)
        summaries = await connection.fetch(query("learnt_summaries"), user_id, LIMIT)
    return Learnt(
        user_id=user_id,
        facts=tuple(LearntFact(**row) for row in facts),
        summaries=tuple(LearntSummary(**row) for row in summaries),
    )

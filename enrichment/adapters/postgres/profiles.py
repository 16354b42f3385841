"""Profiles as rows: touched by each batch, composed when their time has come, always under the user's lock."""

import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.signals import signal_of, write_signals
from enrichment.domain.batches import Batch
from enrichment.domain.changes import Changes
from enrichment.domain.facts import Category
from enrichment.domain.profile import Insight, Owner, ProfileFact, SignalKind, Sources
from enrichment.domain.text import normalised
from enrichment.memory.profile import UpdatePolicy, composed
from enrichment.memory.signals import told

POLICY = UpdatePolicy()
# How much a profile is composed of at most: of each category, of each kind, and beginnings of sessions.
_FACTS, _SIGNALS, _SESSIONS = 8, 24, 200
_CATEGORIES = [category.value for category in Category]
_KINDS = [kind.value for kind in SignalKind]
_SPEAKER = "user"


async def write_profile(connection: Connection, batch: Batch, changes: Changes, batch_id: uuid.UUID) -> None:
    """Merge a batch's signals, and compose the profile if it is due or one of its facts has just ended."""
    if not batch.messages:
        return
    owner = Owner(batch.user_id, batch.bot_name, batch.scope)
    touched = await _touch(connection, batch)
    await write_signals(connection, owner, told(owner.user_id, changes.signals), touched["taken_back"], batch_id)
    if POLICY.is_due(touched["new_messages"], touched["since"], stale=touched["stale_since"] is not None):
        await compose(connection, owner, touched["last_active"])


async def _touch(connection: Connection, batch: Batch) -> asyncpg.Record:
    times = [message.said_at for message in batch.messages]
    points = [ref for message in batch.messages for ref in message.points]
    touched = await connection.fetchrow(
        query("touch_profile"),
        *(batch.user_id, batch.bot_name, batch.scope, min(times), max(times), len(times)),
        [message.identity for message in batch.messages],
        [ref.collection for ref in points],
        [ref.point_id for ref in points],
    )
    assert touched is not None  # noqa: S101 - an upsert without a condition always has a row
    return touched


async def compose(connection: Connection, owner: Owner, at: datetime) -> None:
    """Compose a profile and its insights from what is stored, and write them."""
    whose = owner.user_id, owner.bot_name, owner.scope
    facts = await connection.fetch(query("profile_facts"), *whose, _CATEGORIES, _FACTS)
    signals = await connection.fetch(query("profile_signals"), *whose, _KINDS, _SIGNALS)
    sessions = await connection.fetch(query("profile_sessions"), *whose, _SESSIONS)
    sources = Sources(
        facts=tuple(map(_fact_of, facts)),
        signals=tuple(map(signal_of, signals)),
        begun=tuple(row["started_at"] for row in sessions),
    )
    composition = composed(owner, sources, at)
    profile = composition.profile
    await connection.execute(
        query("write_profile"),
        *(*whose, profile.summary, profile.traits, profile.interests, profile.entities, profile.preferences),
        *(profile.work, profile.language, profile.timezone, profile.timezone_from, profile.platform_ids),
        *(profile.fact_ids, profile.summary_facts),
    )
    await connection.execute(query("write_insights"), *whose, [_insight_row(one) for one in composition.insights])


async def compose_all(connection: Connection, user_id: str, *, stale_only: bool = False) -> int:
    """Compose a user's profiles now, or those that are stale or due; return how many. Needs the user's lock."""
    done = 0
    for row in await connection.fetch(query("profiles_of_user"), user_id, not stale_only):
        since: timedelta | None = row["since"]
        is_due = POLICY.is_due(row["new_messages"], since, stale=row["stale_since"] is not None)
        if is_due or not stale_only:
            await compose(connection, Owner(user_id, row["bot_name"], row["scope"]), row["last_active"])
            done += 1
    return done


def _fact_of(row: asyncpg.Record) -> ProfileFact:
    values = dict(row)
    author = values.pop("author") or ""
    about = "" if row["subject"] == _SPEAKER else author if row["subject"] == normalised(author) else None
    return ProfileFact(**{**values, "quote": row["quote"] or ""}, about=about)


def _insight_row(insight: Insight) -> dict[str, Any]:
    row = asdict(insight)
    row["state"] = "confirmed" if row.pop("confirmed") else "candidate"
    # The driver's own UUIDs are none that JSON knows.
    return {**row, **{name: [str(one) for one in row[name]] for name in ("fact_ids", "signal_ids")}}

"""How facts and evidence look as rows, in both directions; many are written in one statement, as columns."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.domain.changes import NewEvidence, WithdrawnEvidence
from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.facts import Category, Certainty, Claim, Evidence, Fact, FactState
from enrichment.domain.messages import PointRef, Role


def fact_of(row: asyncpg.Record) -> Fact:
    """Return the fact that a row of ``facts`` holds."""
    return Fact(
        fact_id=row["fact_id"],
        user_id=row["user_id"],
        bot_name=row["bot_name"],
        scope=row["scope"],
        category=Category(row["category"]),
        statement=row["statement"],
        claim=Claim(row["subject"], row["predicate"], row["qualifier"]),
        object=row["object"],
        object_key=row["object_key"],
        state=FactState(row["state"]),
        confidence=row["confidence"],
        certainty=Certainty(row["certainty"]),
        said_at=row["said_at"],
        valid_from=row["valid_from"],
        occurred=_interval(row),
        valid_until=row["valid_until"],
        superseded_by=row["superseded_by"],
        state_reason=row["state_reason"],
        evidence_count=row["evidence_count"],
        method=row["method"],
        likeness=row["likeness"],
        lasts_from=row["lasts_from"],
        expires_at=row["expires_at"],
    )


def evidence_of(row: asyncpg.Record) -> Evidence:
    """Return the evidence that a row of ``evidence`` holds."""
    return Evidence(
        ref=PointRef(row["collection"], row["point_id"]),
        identity=row["identity"],
        content_hash=row["content_hash"],
        role=Role(row["role"]),
        author=row["author"],
        said_at=row["said_at"],
        quote=row["quote"],
        certainty=Certainty(row["certainty"]),
        occurred=_interval(row),
    )


async def insert_facts(
    connection: Connection, user_id: str, facts: Iterable[tuple[Fact, str]], version: int, origin: uuid.UUID
) -> None:
    """Write a user's new facts, each with the collection it comes from; ``origin`` is the batch, or stands for it."""
    rows = [
        (
            *(fact.fact_id, fact.bot_name, fact.scope, fact.category, fact.statement),
            *(fact.claim.subject, fact.claim.predicate, fact.claim.qualifier, fact.object, fact.object_key),
            *(fact.state, fact.state_reason, fact.confidence, fact.certainty, fact.evidence_count, fact.said_at),
            *(*_columns(fact.occurred), fact.valid_from, fact.valid_until, fact.superseded_by),
            *(fact.method, fact.likeness, fact.lasts_from, fact.expires_at, collection),
        )
        for fact, collection in facts
    ]
    if rows:
        await connection.execute(query("insert_facts"), user_id, version, origin, *zip(*rows, strict=True))


async def revise_facts(connection: Connection, user_id: str, facts: Iterable[Fact]) -> None:
    """Write what may change of a user's known facts."""
    rows = [
        (
            *(fact.fact_id, fact.category, fact.statement, fact.object, fact.object_key, fact.state),
            *(fact.state_reason, fact.confidence, fact.certainty, fact.evidence_count, fact.said_at),
            *(*_columns(fact.occurred), fact.valid_from, fact.valid_until, fact.superseded_by),
            *(fact.lasts_from, fact.expires_at),
        )
        for fact in facts
    ]
    if rows:
        await connection.execute(query("revise_facts"), user_id, *zip(*rows, strict=True))


async def write_evidence(
    connection: Connection, user_id: str, evidence: Iterable[NewEvidence], origin: uuid.UUID
) -> None:
    """Write evidence in force; the last counts where a message is told twice of one fact."""
    if columns := _evidence_columns(evidence):
        await connection.execute(query("write_evidence"), user_id, origin, *columns)


async def write_wording_evidence(
    connection: Connection, user_id: str, evidence: Iterable[NewEvidence], origin: uuid.UUID
) -> None:
    """Write what came in the words of merged wordings: kept with them, in force with the facts that they are."""
    if columns := _evidence_columns(evidence):
        await connection.execute(query("write_wording_evidence"), user_id, origin, *columns)


async def withdraw_evidence(connection: Connection, user_id: str, gone: Sequence[WithdrawnEvidence]) -> None:
    """Take messages' word for facts back."""
    if gone:
        rows = [(one.fact_id, one.identity, one.reason) for one in gone]
        await connection.execute(query("withdraw_evidence"), user_id, *zip(*rows, strict=True))


def _evidence_columns(evidence: Iterable[NewEvidence]) -> list[tuple[Any, ...]]:
    told = {(new.fact_id, new.evidence.identity): new.evidence for new in evidence}
    rows = [
        (
            *(fact_id, identity, one.ref.collection, one.ref.point_id, one.content_hash),
            *(one.role, one.author, one.said_at, one.quote, one.certainty, *_columns(one.occurred)),
        )
        for (fact_id, identity), one in told.items()
    ]
    return list(zip(*rows, strict=True))


def _interval(row: asyncpg.Record) -> Interval | None:
    if row["granularity"] is None:
        return None
    return Interval(row["occurred_from"], row["occurred_until"], Granularity(row["granularity"]))


def _columns(interval: Interval | None) -> tuple[datetime | None, datetime | None, str | None]:
    return (interval.start, interval.end, interval.granularity) if interval else (None, None, None)

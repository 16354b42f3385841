"""How facts and evidence look as rows, in both directions."""

import uuid
from datetime import datetime
from typing import Any

import asyncpg

from enrichment.domain.changes import NewEvidence
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


def new_fact_row(fact: Fact, pipeline_version: int, batch_id: uuid.UUID, collection: str) -> tuple[Any, ...]:
    """Return the parameters of ``insert_fact.sql``."""
    return (
        *(fact.user_id, fact.fact_id, fact.bot_name, fact.scope, fact.category, fact.statement),
        *(fact.claim.subject, fact.claim.predicate, fact.claim.qualifier, fact.object, fact.object_key),
        *(fact.state, fact.state_reason, fact.confidence, fact.certainty, fact.evidence_count),
        *(fact.said_at, *_columns(fact.occurred), fact.valid_from, fact.valid_until, fact.superseded_by),
        *(fact.method, fact.likeness, fact.lasts_from, fact.expires_at, pipeline_version, batch_id, collection),
    )


def revised_fact_row(fact: Fact) -> tuple[Any, ...]:
    """Return the parameters of ``revise_fact.sql``."""
    return (
        *(fact.user_id, fact.fact_id, fact.category, fact.statement, fact.object, fact.object_key),
        *(fact.state, fact.state_reason, fact.confidence, fact.certainty, fact.evidence_count),
        *(fact.said_at, *_columns(fact.occurred), fact.valid_from, fact.valid_until, fact.superseded_by),
        *(fact.lasts_from, fact.expires_at),
    )


def evidence_row(user_id: str, new: NewEvidence, batch_id: uuid.UUID) -> tuple[Any, ...]:
    """Return the parameters of ``write_evidence.sql``."""
    one = new.evidence
    return (
        *(user_id, new.fact_id, one.identity, one.ref.collection, one.ref.point_id, one.content_hash),
        *(one.role, one.author, one.said_at, one.quote, one.certainty, *_columns(one.occurred), batch_id),
    )


def _interval(row: asyncpg.Record) -> Interval | None:
    if row["granularity"] is None:
        return None
    return Interval(row["occurred_from"], row["occurred_until"], Granularity(row["granularity"]))


def _columns(interval: Interval | None) -> tuple[datetime | None, datetime | None, str | None]:
    return (interval.start, interval.end, interval.granularity) if interval else (None, None, None)

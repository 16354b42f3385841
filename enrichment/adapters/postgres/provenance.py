"""Where a fact comes from and what became of it: messages, quotes, batches, supersessions, merges, feedback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.rows import fact_of
from enrichment.domain.facts import Fact

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """All that is known about one fact.

    ``evidence`` holds rows of ``explain_evidence.sql``, ``feedback`` those of ``feedback_of_fact.sql``. ``successor``
    is what superseded the fact, or what it was merged into; ``ended`` are the facts that it superseded or took in.
    ``merges`` holds rows of ``merges_of_fact.sql``, those that were undone too.
    """

    fact: Fact
    evidence: Sequence[Row]
    feedback: Sequence[Row]
    successor: Fact | None
    ended: Sequence[Fact]
    merges: Sequence[Row] = ()


async def provenance(database: Database, fact: Fact) -> Provenance:
    """Return where a fact comes from."""
    user_id, fact_id = fact.user_id, fact.fact_id
    async with database.connection() as connection:
        evidence = await connection.fetch(query("explain_evidence"), user_id, fact_id)
        feedback = await connection.fetch(query("feedback_of_fact"), user_id, fact_id)
        ended = await connection.fetch(query("superseded_facts"), user_id, [fact_id])
        merges = await connection.fetch(query("merges_of_fact"), user_id, fact_id)
        successors = await connection.fetch(query("facts_by_id"), user_id, [fact.superseded_by])
    return Provenance(
        fact=fact,
        evidence=[dict(row) for row in evidence],
        feedback=[dict(row) for row in feedback],
        successor=next(map(fact_of, successors), None),
        ended=[fact_of(row) for row in ended],
        merges=[dict(row) for row in merges],
    )

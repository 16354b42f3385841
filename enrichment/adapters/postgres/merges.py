"""Writes the links of wordings to the facts that they are, and undoes one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.retraction import around, take_user, write_mended
from enrichment.adapters.postgres.rows import (
    evidence_of,
    fact_of,
    insert_facts,
    withdraw_evidence,
    write_wording_evidence,
)
from enrichment.domain.changes import Merge, NewEvidence
from enrichment.domain.facts import Fact, Remembered
from enrichment.memory.unmerge import unmerged


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What undoing a merge did: the fact that stands for itself again, and the one that it was taken for, after it."""

    restored: Fact
    parted_from: Fact
    messages: int


async def write_merges(
    connection: Connection, merges: Sequence[Merge], user_id: str, batch_id: uuid.UUID, version: int
) -> None:
    """Write wordings with what came in them, and their links; doing it twice is harmless."""
    new = [(one.wording, one.evidence[0].ref.collection) for one in merges if one.is_new]
    said = [NewEvidence(fact_id=one.wording.fact_id, evidence=each) for one in merges for each in one.evidence]
    links = [
        (one.wording.fact_id, one.into, one.score, one.reason.value, one.decided_by)
        for one in merges
        if one.wording.superseded_by == one.into
    ]
    await insert_facts(connection, user_id, new, version, batch_id)
    await write_wording_evidence(connection, user_id, said, batch_id)
    if links:
        await connection.execute(query("write_merges"), user_id, *zip(*links, strict=True))


async def unmerge(database: Database, wording: Fact, *, pipeline_version: int) -> Undone | None:
    """Let a wording be a fact of its own again, with what came in its words; None if it is merged into nothing.

    It stays one: the rules and the model are not asked again about these words.
    """

    async def work(connection: Connection) -> Undone | None:
        await take_user(connection, wording.user_id)
        user_id, fact_id = wording.user_id, wording.fact_id
        into_id = await connection.fetchval(query("undo_merge"), user_id, fact_id)
        found = await connection.fetch(query("facts_by_id"), user_id, [fact_id, into_id])
        facts = {row["fact_id"]: fact_of(row) for row in found}
        if fact_id not in facts or into_id not in facts:
            return None
        rows = await connection.fetch(query("wording_evidence"), user_id, fact_id)
        own = Remembered(fact=facts[fact_id], evidence=tuple(map(evidence_of, rows)))
        related = {one.fact.fact_id: one for fact in facts.values() for one in await around(connection, [fact])}
        parted = unmerged(own, facts[into_id], list(related.values()))
        await withdraw_evidence(connection, user_id, parted.withdrawn)
        await write_mended(connection, user_id, parted.mended, fact_id, pipeline_version)
        after = {one.fact_id: one for one in parted.mended.revised_facts}
        into = after.get(into_id, facts[into_id])
        return Undone(restored=after[fact_id], parted_from=into, messages=len(parted.mended.evidence))

    return await database.transact(work)

"""Facts as a batch needs them, and the one transaction that writes what it taught (C6)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice

from enrichment.adapters.postgres.commit import Commit
from enrichment.adapters.postgres.known import Candidate, choose
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.related import Place, Read, related_facts
from enrichment.adapters.postgres.rows import fact_of
from enrichment.domain.batches import Batch, Known
from enrichment.domain.changes import Changes, Committed
from enrichment.domain.facts import Evidence, Fact, Remembered, Slot
from enrichment.domain.feedback import Forbidden
from enrichment.domain.messages import PointRef
from enrichment.engines.folding import Observed
from enrichment.failpoints import failpoint
from enrichment.ports import Lease, OpenBatch

# Known facts in a prompt, and how far back they are looked for; about 500 tokens in a batch of a hundred messages.
SHOWN = 24
RECENT = 400


class PostgresMemory:
    """``ports.Memory``; ``pipeline_version`` is written into each row."""

    def __init__(self, database: Database, *, pipeline_version: int, shown: int = SHOWN, recent: int = RECENT) -> None:
        self._database = database
        self._pipeline_version = pipeline_version
        self._shown = shown
        self._recent = recent

    async def known(self, batch: Batch, ids: dict[str, uuid.UUID] | None = None) -> Known:
        async with self._database.connection() as connection:
            if ids is None:
                chosen = await self._chosen(connection, batch)
                ids = {f"K{number}": fact_id for number, fact_id in enumerate(chosen, 1)}
            facts = await _facts(connection, batch.user_id, list(ids.values()))
            forbidden = await _forbidden(connection, batch.user_id)
        shown = {short: facts[fact_id] for short, fact_id in ids.items() if fact_id in facts}
        return Known(facts=shown, forbidden=forbidden)

    async def related(self, batch: Batch, slots: Collection[Slot], known: Known) -> Sequence[Remembered]:
        points = [ref for message in batch.messages for ref in message.points]
        async with self._database.connection() as connection:
            found = await related_facts(
                connection,
                Place(batch.user_id, batch.bot_name, batch.scope),
                slots,
                Read(
                    [message.identity for message in batch.messages],
                    [ref.collection for ref in points],
                    [ref.point_id for ref in points],
                ),
                [fact.fact_id for fact in known.facts.values()],
            )
            held = await _held_elsewhere(connection, batch, [one for each in found for one in each.evidence])
        evidence = iter(held)
        return [replace(each, evidence=tuple(islice(evidence, len(each.evidence)))) for each in found]

    async def commit(
        self, opened: OpenBatch, changes: Changes, lease: Lease, observed: Observed | None = None
    ) -> Committed:
        commit = Commit(
            opened=opened,
            changes=changes,
            lease=lease,
            pipeline_version=self._pipeline_version,
            observed=observed,
        )
        failpoint("C6")
        committed = await self._database.transact(commit.write, resolves=True)
        failpoint("C6b")
        return committed

    async def _chosen(self, connection: Connection, batch: Batch) -> Sequence[uuid.UUID]:
        rows = await connection.fetch(query("recent_facts"), batch.user_id, batch.bot_name, batch.scope, self._recent)
        candidates = [Candidate(row["fact_id"], row["statement"], row["predicate"]) for row in rows]
        return choose(candidates, (message.text for message in batch.messages), self._shown) if candidates else ()


async def _facts(connection: Connection, user_id: str, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Fact]:
    rows = await connection.fetch(query("facts_by_id"), user_id, ids) if ids else ()
    return {row["fact_id"]: fact_of(row) for row in rows}


async def _forbidden(connection: Connection, user_id: str) -> Forbidden:
    rows = await connection.fetch(query("forbidden"), user_id)
    return Forbidden(
        words=tuple(row["words"] for row in rows if row["words"] is not None),
        claims=frozenset(row["claim_hash"] for row in rows if row["claim_hash"] is not None),
    )


async def _held_elsewhere(connection: Connection, batch: Batch, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """Let a text whose point holds another one now be cited at the point of a copy, where there is one.

    Only a message without an id has copies that can be edited apart.
    """
    points = {ref for message in batch.messages for ref in message.points}
    identities = {message.identity for message in batch.messages}
    edited = [one for one in evidence if one.ref in points and one.identity not in identities]
    if not edited:
        return evidence
    rows = await connection.fetch(
        query("held_elsewhere"),
        batch.user_id,
        [one.identity for one in edited],
        [one.content_hash for one in edited],
        [ref.collection for ref in points],
        [ref.point_id for ref in points],
    )
    held = {(row["identity"], row["content_hash"]): PointRef(row["collection"], row["point_id"]) for row in rows}
    refs = [held.get((one.identity, one.content_hash), one.ref) if one in edited else one.ref for one in evidence]
    return [replace(one, ref=ref) for one, ref in zip(evidence, refs, strict=True)]

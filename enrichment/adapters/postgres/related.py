"""Looks up the facts that others may touch: of a claim, of one object or form, and what they were merged into."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

import asyncpg

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.rows import evidence_of, fact_of
from enrichment.domain.facts import Evidence, Fact, FactState, Remembered, Slot
from enrichment.memory.claims import looked_up, slot_of_fact
from enrichment.memory.predicates import predicates
from enrichment.memory.slots import MERGED


class Place(NamedTuple):
    """Whose memory, with which bot, in which scope."""

    user_id: str
    bot_name: str
    scope: str


class Read(NamedTuple):
    """Messages that were perhaps read before: their identities, and their points as two columns."""

    identities: Sequence[bytes] = ()
    collections: Sequence[str] = ()
    point_ids: Sequence[str] = ()


UNREAD = Read()


async def related_facts(
    connection: Connection, place: Place, slots: Collection[Slot], read: Read = UNREAD, ids: Sequence[uuid.UUID] = ()
) -> Sequence[Remembered]:
    """Return the facts in these slots, of earlier readings and of these ids, each once, with evidence in force."""
    rows = await _facts(connection, place, slots, read, ids)
    found = {row["fact_id"]: fact_of(row) for row in rows}
    if into := [by for fact in found.values() if (by := _merged_into(fact)) and by not in found]:
        others = map(fact_of, await connection.fetch(query("facts_by_id"), place.user_id, into))
        more = {each for fact in others for each in looked_up(slot_of_fact(fact))}
        found |= {row["fact_id"]: fact_of(row) for row in await _facts(connection, place, more, UNREAD, into)}
    evidence: defaultdict[uuid.UUID, list[Evidence]] = defaultdict(list)
    if found:
        for row in await connection.fetch(query("evidence_of_facts"), place.user_id, list(found)):
            evidence[row["fact_id"]].append(evidence_of(row))
    facts = sorted(found.values(), key=lambda fact: (fact.valid_from, fact.fact_id))
    return [Remembered(fact=fact, evidence=tuple(evidence[fact.fact_id])) for fact in facts]


def _merged_into(fact: Fact) -> uuid.UUID | None:
    is_merged = fact.state is FactState.RETRACTED and fact.state_reason == MERGED
    return fact.superseded_by if is_merged else None


async def _facts(
    connection: Connection, place: Place, slots: Collection[Slot], read: Read, ids: Sequence[uuid.UUID]
) -> list[asyncpg.Record]:
    asked = sorted(slots, key=lambda slot: (slot.claim, slot.object_key or "", slot.likeness))
    counterparts = predicates().counterparts
    return await connection.fetch(
        query("related_facts"),
        *place,
        [slot.claim.subject for slot in asked],
        [slot.claim.predicate for slot in asked],
        [slot.claim.qualifier for slot in asked],
        [slot.object_key for slot in asked],
        *read,
        ids,
        list(counterparts.keys()),
        list(counterparts.values()),
        [slot.likeness for slot in asked],
    )

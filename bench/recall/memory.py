"""LoCoMo's observations as facts of the memory, each with the turns that it was drawn from as its evidence."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from bench.locomo.conversation import Conversation, Turn
from bench.quality.reading import Told
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.domain.ids import derived_uuid

BOT: Final = "listener"
_KNOWN: Final = """
with known as (insert into users (user_id) values ($1))
insert into user_profiles (user_id, bot_name, scope, first_seen, last_active) values ($1, $2, '', $3, $4)
"""
_FACT: Final = """
insert into facts (user_id, fact_id, bot_name, scope, category, statement, subject, predicate, qualifier, object,
                   object_key, state, confidence, certainty, evidence_count, said_at, occurred_from, occurred_until,
                   valid_from, method, pipeline_version, batch_id, source_collection)
values ($1, $2, $3, '', 'other', $4, $5, 'observed', '', $4, $4, 'active', 0.7, 'sure', $6, $7, $8, $9, $7, 'gold', 1,
        $2, 'locomo')
"""
_EVIDENCE: Final = """
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, author, said_at, quote,
                      certainty, batch_id)
values ($1, $2, convert_to($3, 'UTF8'), 'locomo', $3, '', 'user', $4, $5, $6, 'sure', $2)
"""
Cited = Mapping[uuid.UUID, frozenset[str]]


async def remember(database: Database, conversation: Conversation, facts: tuple[Told, ...]) -> Cited:
    """Write the facts of a conversation, whose id is the user's; return the turns behind each."""
    turns = {turn.turn_id: turn for turn in conversation.turns}
    named = {derived_uuid(conversation.sample_id, fact.statement): fact for fact in facts}

    async def write(connection: Connection) -> None:
        first, last = conversation.turns[0].said_at, conversation.turns[-1].said_at
        await connection.execute(_KNOWN, conversation.sample_id, BOT, first, last)
        rows = [_fact(conversation.sample_id, fact_id, fact, turns) for fact_id, fact in named.items()]
        await connection.executemany(_FACT, rows)
        await connection.executemany(_EVIDENCE, list(_evidence(conversation.sample_id, named, turns)))

    await database.transact(write)
    return {fact_id: fact.cited for fact_id, fact in named.items()}


def _fact(user_id: str, fact_id: uuid.UUID, fact: Told, turns: Mapping[str, Turn]) -> tuple[object, ...]:
    occurred: tuple[datetime | None, datetime | None] = (None, None)
    if fact.occurred is not None:
        occurred = fact.occurred.start, fact.occurred.end
    said_at = max(turns[turn].said_at for turn in fact.cited)
    return user_id, fact_id, BOT, fact.statement, fact.subject, len(fact.cited), said_at, *occurred


def _evidence(user_id: str, facts: Mapping[uuid.UUID, Told], turns: Mapping[str, Turn]) -> Iterator[tuple[object, ...]]:
    for fact_id, fact in facts.items():
        for turn in sorted((turns[each] for each in fact.cited), key=lambda each: each.said_at):
            yield user_id, fact_id, turn.turn_id, turn.speaker, turn.said_at, turn.text

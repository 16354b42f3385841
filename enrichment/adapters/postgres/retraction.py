"""Takes facts out of the memory under the user's lock, and mends what they had put an end to."""

import uuid
from collections.abc import Sequence

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.related import Place, related_facts
from enrichment.adapters.postgres.rows import fact_of, insert_facts, revise_facts, write_evidence
from enrichment.domain.facts import Fact, Remembered
from enrichment.domain.feedback import FEEDBACK
from enrichment.memory.claims import looked_up, slot_of_fact
from enrichment.memory.mend import Mended


async def take_user(connection: Connection, user_id: str) -> None:
    """Lock the user for this transaction and fence off whoever works for them.

    Their batch is finished afterwards if it has been answered, else it is read again: nobody died of it.
    """
    if await connection.fetchval(query("fence_off"), user_id) is None:
        await connection.execute(query("bind_user"), user_id)
    await connection.execute(query("let_go"), user_id)


async def around(connection: Connection, facts: Sequence[Fact]) -> Sequence[Remembered]:
    """Return all facts, of any state, of the slots of these and of those in which they put an end to any.

    All are of one user, bot and scope.
    """
    fact = facts[0]
    ended = await connection.fetch(query("superseded_facts"), fact.user_id, [one.fact_id for one in facts])
    slots = {slot for one in (*facts, *map(fact_of, ended)) for slot in looked_up(slot_of_fact(one))}
    return await related_facts(connection, Place(fact.user_id, fact.bot_name, fact.scope), slots)


async def write_mended(connection: Connection, user_id: str, mended: Mended, origin: uuid.UUID, version: int) -> None:
    """Write what was mended; ``origin`` stands for the batch."""
    await insert_facts(connection, user_id, [(fact, FEEDBACK) for fact in mended.new_facts], version, origin)
    await write_evidence(connection, user_id, mended.evidence, origin)
    await revise_facts(connection, user_id, mended.revised_facts)

"""What users may ask of their memory: to forget something, never to remember something, and not to be read at all."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from enrichment.adapters.postgres.forgetting import forget_derived
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.retraction import around, take_user, write_mended
from enrichment.adapters.postgres.rows import fact_of
from enrichment.domain.facts import Fact
from enrichment.domain.feedback import Forbidden, claim_hash
from enrichment.memory.mend import mended
from enrichment.memory.slots import MERGED

_DIGITS = 32


class PostgresRights:
    """One user's wishes; each takes the user from whoever works for them, so that nothing in hand overtakes it."""

    def __init__(self, database: Database, *, pipeline_version: int) -> None:
        self._database = database
        self._pipeline_version = pipeline_version

    async def forget(self, fact: Fact) -> None:
        """Delete a fact with its evidence and the summaries of its sessions; only a hash keeps it from coming back."""

        async def work(connection: Connection) -> None:
            await take_user(connection, fact.user_id)
            told_in, _ = await self._forget(connection, [fact])
            await forget_derived(connection, fact.user_id, [fact], told_in)

        await self._database.transact(work)

    async def forbid(self, user_id: str, words: str) -> tuple[int, int]:
        """Remember nothing more that has all these words, and delete what does; return (facts, summaries) deleted."""
        rule = Forbidden(words=(words,))

        async def work(connection: Connection) -> tuple[int, int]:
            await take_user(connection, user_id)
            await connection.execute(query("forbid"), user_id, words, None)
            texts = await connection.fetch(query("fact_texts"), user_id)
            named = [
                row["fact_id"] for row in texts if rule.names(f"{row['statement']}\n{row['object']}\n{row['quotes']}")
            ]
            facts = [fact_of(row) for row in await connection.fetch(query("facts_by_id"), user_id, named)]
            told = await connection.fetch(query("summary_texts"), user_id)
            sessions = [row["session_id"] for row in told if rule.names(row["text"])]
            dropped = len(await connection.fetch(query("drop_summaries"), user_id, sessions))
            told_in, along = await self._forget(connection, facts)
            await forget_derived(connection, user_id, facts, {*sessions, *told_in}, rule)
            return len(facts), dropped + along

        return await self._database.transact(work)

    async def lift(self, user_id: str, words: str) -> bool:
        """Take a rule back, as it was given; tell whether there was one."""

        async def work(connection: Connection) -> bool:
            await connection.execute(query("bind_user"), user_id)
            return await connection.fetchval(query("lift"), user_id, words) is not None

        return await self._database.transact(work)

    async def rules(self, user_id: str) -> Sequence[str]:
        """Return the words that must not be remembered, one text a rule."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("forbidden"), user_id)
        return [row["words"] for row in rows if row["words"] is not None]

    async def opt_out(self, user_id: str) -> None:
        """Read nothing of this user from now on; what is in hand is let go."""
        async with self._database.connection() as connection:
            # Visible before anybody is fenced off: whoever takes the user after that knows.
            await connection.execute(query("opt_out"), user_id)

        async def work(connection: Connection) -> None:
            await take_user(connection, user_id)
            await connection.execute(query("drop_open_batch"), user_id)

        await self._database.transact(work, resolves=True)

    async def opt_in(self, user_id: str) -> bool:
        """Read this user's later messages again; tell whether they were left alone before."""
        async with self._database.connection() as connection:
            return await connection.fetchval(query("opt_in"), user_id) is not None

    async def wishes(self, user_id: str) -> tuple[datetime | None, datetime | None]:
        """Return (erased before, opted out since), None for never."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(query("wishes"), user_id)
        assert row is not None  # noqa: S101 - a select without a table always has a row
        return row["erased_before"], row["opted_out_since"]

    async def _forget(self, connection: Connection, facts: Sequence[Fact]) -> tuple[set[uuid.UUID], int]:
        """Return the sessions in which these facts were said, and how many summaries of theirs went along."""
        told_in: set[uuid.UUID] = set()
        dropped = 0
        for fact in facts:
            user_id = fact.user_id
            same = [one.fact for one in await around(connection, [fact]) if _says_the_same(one.fact, fact)] or [fact]
            gone = [one.fact_id for one in same]
            related = await around(connection, same)
            sessions = await connection.fetch(query("sessions_of_facts"), user_id, gone)
            told_in.update(row["session_id"] for row in sessions)
            dropped += len(await connection.fetch(query("drop_summaries"), user_id, list(told_in)))
            await connection.execute(query("drop_facts"), user_id, gone)
            # Other words for it were merged into it; those too would bring it back.
            for claim, object_key in {(one.claim, one.object_key) for one in same}:
                await connection.execute(query("forbid"), user_id, None, claim_hash(user_id, claim, object_key))
            repaired = mended(gone, related)
            await write_mended(connection, user_id, repaired, fact.fact_id, self._pipeline_version)
        return told_in, dropped


def _says_the_same(one: Fact, fact: Fact) -> bool:
    """Tell whether a row holds a fact's words too: of another time, retracted, or merged into it."""
    if one.superseded_by == fact.fact_id and one.state_reason == MERGED:
        return True
    return (one.claim, one.object_key) == (fact.claim, fact.object_key)


async def find_facts(database: Database, shortened: str, user_id: str | None = None) -> Sequence[Fact]:
    """Return the facts whose id begins so, two at most; raises ``ValueError`` for what begins no id."""
    digits = shortened.replace("-", "").lower()
    first = uuid.UUID(digits.ljust(_DIGITS, "0"))
    last = uuid.UUID(digits.ljust(_DIGITS, "f"))
    async with database.connection() as connection:
        return [fact_of(row) for row in await connection.fetch(query("find_facts"), first, last, user_id)]

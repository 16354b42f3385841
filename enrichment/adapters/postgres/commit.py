"""The one transaction of a batch: fenced, all or nothing, and harmless when done again."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from enrichment.adapters.postgres.ends import End, Origin, drop_attempts, end_of, recount, write_ends
from enrichment.adapters.postgres.leases import hold
from enrichment.adapters.postgres.merges import write_merges
from enrichment.adapters.postgres.observed import write_observed
from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.profiles import write_profile
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.rows import insert_facts, revise_facts, withdraw_evidence, write_evidence
from enrichment.domain.changes import Changes, Committed, SessionRevision
from enrichment.domain.facts import FactState
from enrichment.domain.outcomes import Outcome
from enrichment.domain.text import estimated_tokens
from enrichment.engines.folding import Observed
from enrichment.errors import CommitFenced, LeaseLost, UserErased
from enrichment.failpoints import failpoint
from enrichment.ports import Lease, OpenBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What is to be written, and by whose right."""

    opened: OpenBatch
    changes: Changes
    lease: Lease
    pipeline_version: int
    observed: Observed | None = None

    async def write(self, connection: Connection) -> Committed:
        """Write everything and return the counts; if it was written before, only return them.

        Raises ``LeaseLost``, ``UserErased`` or ``ConflictingLedger``.
        """
        try:
            await hold(connection, self.lease)
        except (LeaseLost, UserErased) as error:
            # Our own COMMIT may have come through before the lease was lost.
            if (before := await self._written_before(connection)) is not None:
                return before
            if isinstance(error, LeaseLost):
                raise CommitFenced(str(error)) from error
            raise
        # Read after the lock is ours: a connection that died in its COMMIT has then made up its mind.
        if (before := await self._written_before(connection)) is not None:
            return before
        model = await self._asked(connection)
        ends = self._ends()
        lost = [*await write_ends(connection, self._origin, ends), *await self._withdraw_elsewhere(connection)]
        await self._write_facts(connection)
        await recount(connection, self._user_id, self._counted_again(lost))
        await self._write_sessions(connection, model)
        await write_profile(connection, self.opened.batch, self.changes, self.opened.batch_id)
        if self.observed is not None:
            await write_observed(connection, self.observed)
        committed = await self._write_batch(connection, model)
        await self._clear_up(connection, ends)
        failpoint("C6a")
        return committed

    @property
    def _user_id(self) -> str:
        return self.opened.batch.user_id

    @property
    def _batch_id(self) -> uuid.UUID:
        """The id of what is committed: of the open batch, or of the part of it that this is."""
        return self.opened.part or self.opened.batch_id

    @property
    def _origin(self) -> Origin:
        return Origin(user_id=self._user_id, pipeline_version=self.pipeline_version, batch_id=self._batch_id)

    def _ends(self) -> list[End]:
        return [
            end_of(
                message,
                Outcome.COMPLETED,
                session_id=window.session_id,
                truncated=message.identity in self.changes.truncated,
            )
            for window in self.opened.batch.windows
            for message in window.messages
        ]

    async def _written_before(self, connection: Connection) -> Committed | None:
        row = await connection.fetchrow(query("committed_batch"), self._user_id, self._batch_id)
        return None if row is None else Committed(**row)

    async def _asked(self, connection: Connection) -> str | None:
        """Return the model that was asked, None if it was none; raises ``UserErased``."""
        origin = await connection.fetchrow(query("origin_of_batch"), self._user_id, self.opened.batch_id)
        assert origin is not None  # noqa: S101 - a select without a table always has a row
        erased_before = origin["erased_before"]
        if erased_before and any(message.said_at <= erased_before for message in self.opened.batch.messages):
            raise UserErased("the user was erased after these messages were said")
        model: str | None = origin["model"]
        return model

    async def _withdraw_elsewhere(self, connection: Connection) -> Sequence[uuid.UUID]:
        """Withdraw what messages taught where they belong no more: ``memory`` decides about one bot and scope only."""
        batch = self.opened.batch
        identities = [message.identity for message in batch.messages]
        rows = await connection.fetch(
            query("withdraw_other_scopes"), self._user_id, identities, batch.bot_name, batch.scope
        )
        return [row["fact_id"] for row in rows]

    def _counted_again(self, lost: Sequence[uuid.UUID]) -> list[uuid.UUID]:
        """Return the facts to count: their evidence may have been withdrawn since the batch was decided on.

        A fact that the batch has ended is left as decided: its evidence may have moved to what took its place.
        """
        decided = {fact.fact_id: fact.state for fact in (*self.changes.new_facts, *self.changes.revised_facts)}
        ended = {fact_id for fact_id, state in decided.items() if state is not FactState.ACTIVE}
        return sorted({*decided, *lost} - ended)

    async def _write_facts(self, connection: Connection) -> None:
        changes, user_id, batch_id = self.changes, self._user_id, self._batch_id
        sources = {new.fact_id: new.evidence.ref.collection for new in reversed(changes.evidence)}
        new = [(fact, sources[fact.fact_id]) for fact in changes.new_facts]
        await insert_facts(connection, user_id, new, self.pipeline_version, batch_id)
        await withdraw_evidence(connection, user_id, changes.withdrawn)
        await write_evidence(connection, user_id, changes.evidence, batch_id)
        await revise_facts(connection, user_id, changes.revised_facts)
        await write_merges(connection, changes.merges, user_id, batch_id, self.pipeline_version)
        await connection.execute(query("expire_facts"), user_id)

    async def _write_sessions(self, connection: Connection, model: str | None) -> None:
        sessions = self.changes.sessions
        await _each(connection, "write_session", [self._session_row(session) for session in sessions])
        told = [session for session in sessions if session.summary is not None]
        await _each(connection, "write_summary", [(*self._summary_row(session), model or "") for session in told])

    def _session_row(self, session: SessionRevision) -> tuple[object, ...]:
        key = session.key
        return (
            *(self._user_id, session.session_id, key.bot_name, key.channel_id, key.conversation_id, key.scope),
            *(session.started_at, session.ended_at, session.new_messages, session.ended),
        )

    def _summary_row(self, session: SessionRevision) -> tuple[object, ...]:
        questions = [{"question": asked.question, "answer": asked.answer} for asked in session.questions]
        return (
            *(self._user_id, session.session_id, session.title or "", session.summary, session.topics),
            *(session.tone, session.decisions, questions),
        )

    async def _write_batch(self, connection: Connection, model: str | None) -> Committed:
        opened, counts = self.opened, self._counts()
        refused = Counter(item.reason.value for item in self.changes.refused)
        await connection.execute(
            query("insert_batch"),
            *(self._user_id, self._batch_id, opened.batch.bot_name, opened.batch.scope, self.pipeline_version),
            *(opened.prompt_hash, model, counts.messages, counts.facts_new, counts.facts_confirmed),
            *(counts.facts_superseded, counts.summaries, refused, self._mean_tokens()),
        )
        return counts

    def _counts(self) -> Committed:
        changes = self.changes
        new = {fact.fact_id for fact in changes.new_facts}
        return Committed(
            messages=len(self.opened.batch.messages),
            facts_new=len(new),
            facts_confirmed=len({added.fact_id for added in changes.evidence} - new),
            facts_superseded=changes.superseded,
            summaries=sum(session.summary is not None for session in changes.sessions),
            truncated=len(changes.truncated),
        )

    def _mean_tokens(self) -> float | None:
        messages = self.opened.batch.messages
        return sum(estimated_tokens(one.text) for one in messages) / len(messages) if messages else None

    async def _clear_up(self, connection: Connection, ends: Sequence[End]) -> None:
        if self.opened.part is None:
            await connection.execute(query("close_batch"), self._user_id, self.opened.batch_id)
        await drop_attempts(connection, self._user_id, ends)


async def _each(connection: Connection, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Run a statement once for each row, in one round trip."""
    if rows:
        await connection.executemany(query(name), rows)

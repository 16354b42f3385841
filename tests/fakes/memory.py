"""``ports.Memory`` over a ``Truth`` in memory; a commit is one transaction, as in the adapter for Postgres."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from enrichment.domain.batches import Batch, Known
from enrichment.domain.changes import Changes, Committed
from enrichment.domain.facts import Evidence, Fact, FactState, Remembered, Slot
from enrichment.domain.outcomes import Outcome
from enrichment.engines.folding import Observed
from enrichment.errors import UserErased
from enrichment.ports import Lease, OpenBatch
from tests.fakes.database import Proof, ends_of
from tests.fakes.postgres import FakeHistory, FakePostgres


@dataclass
class FakeMemory:
    postgres: FakePostgres

    async def known(self, batch: Batch, ids: dict[str, uuid.UUID] | None = None) -> Known:
        facts = self.postgres.truth.facts
        if ids is None:
            own = [fact for fact in facts.values() if fact.user_id == batch.user_id and fact.state is FactState.ACTIVE]
            ids = {f"K{number}": fact.fact_id for number, fact in enumerate(own, 1)}
        return Known(facts={short: facts[fact_id] for short, fact_id in ids.items() if fact_id in facts})

    async def related(self, batch: Batch, slots: Collection[Slot], known: Known) -> Sequence[Remembered]:
        truth = self.postgres.truth
        own = [fact for fact in truth.facts.values() if fact.user_id == batch.user_id]
        return [Remembered(fact=fact, evidence=tuple(self._cited(batch, fact))) for fact in own]

    def _cited(self, batch: Batch, fact: Fact) -> Iterator[Evidence]:
        """Yield a fact's evidence; a text that the batch edits, and a copy still holds, is cited at the copy."""
        points = {ref for message in batch.messages for ref in message.points}
        identities = {message.identity for message in batch.messages}
        for one in self.postgres.truth.proofs_of(fact.fact_id):
            edited = one.ref in points and one.identity not in identities
            held = self.postgres.truth.held_elsewhere(one, points) if edited else None
            yield replace(one, ref=held or one.ref)

    async def commit(
        self, opened: OpenBatch, changes: Changes, lease: Lease, observed: Observed | None = None
    ) -> Committed:
        truth, batch = self.postgres.truth, opened.batch
        batch_id = opened.part or opened.batch_id
        if (before := truth.batches.get(batch_id)) is not None:
            return before
        self.postgres.hold(lease)
        erased_before = truth.erased_before.get(batch.user_id)
        if erased_before and any(message.said_at <= erased_before for message in batch.messages):
            raise UserErased("the user was erased after these messages were said")
        lost = truth.write_ends(
            [
                end
                for window in batch.windows
                for message in window.messages
                for end in ends_of(message, Outcome.COMPLETED, session_id=window.session_id)
            ]
        )
        lost |= self._withdraw_elsewhere(batch)
        self._write_facts(batch.user_id, changes)
        decided = {fact.fact_id: fact.state for fact in (*changes.new_facts, *changes.revised_facts)}
        ended = {fact_id for fact_id, state in decided.items() if state is not FactState.ACTIVE}
        truth.recount({*decided, *lost} - ended, "reread")
        FakeHistory(self.postgres).write_sessions(batch.user_id, changes.sessions)
        if opened.part is None:
            truth.open.pop(batch.user_id, None)
        truth.forget_attempts(batch.user_id, [ref for message in batch.messages for ref in message.points])
        truth.batches[batch_id] = Committed(messages=len(batch.messages), facts_new=len(changes.new_facts))
        return truth.batches[batch_id]

    def _withdraw_elsewhere(self, batch: Batch) -> set[uuid.UUID]:
        """Withdraw what the batch's messages taught under another bot or scope."""
        identities = {message.identity for message in batch.messages}
        lost = set()
        for proof in self.postgres.truth.proofs:
            fact = self.postgres.truth.facts[proof.fact_id]
            is_elsewhere = (fact.bot_name, fact.scope) != (batch.bot_name, batch.scope)
            if is_elsewhere and proof.user_id == batch.user_id and proof.evidence.identity in identities:
                lost |= set() if proof.withdrawn else {proof.fact_id}
                proof.withdrawn = True
        return lost

    def _write_facts(self, user_id: str, changes: Changes) -> None:
        truth = self.postgres.truth
        truth.facts |= {fact.fact_id: fact for fact in (*changes.new_facts, *changes.revised_facts)}
        truth.facts |= {merge.wording.fact_id: merge.wording for merge in changes.merges}
        replaced = {(one.fact_id, one.evidence.identity) for one in changes.evidence}
        withdrawn = {(gone.fact_id, gone.identity) for gone in changes.withdrawn}
        truth.proofs = [one for one in truth.proofs if (one.fact_id, one.evidence.identity) not in replaced]
        for proof in truth.proofs:
            proof.withdrawn |= (proof.fact_id, proof.evidence.identity) in withdrawn
        truth.proofs += [Proof(user_id=user_id, fact_id=new.fact_id, evidence=new.evidence) for new in changes.evidence]
